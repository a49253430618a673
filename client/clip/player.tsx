import { useMemo } from 'react'
import type { Handout } from '../../server/contract/handout.ts'
import { Show } from '../handout/show.tsx'
import { createStory } from '../handout/story.ts'
import '../ui/thread.css'
import '../call/call.css'

export function ClipPlayer({ handout }: { handout: Handout }) {
  const story = useMemo(() => createStory(handout), [handout])
  return <Show story={story} />
}

import { expect, it } from '@jest/globals'
import { useState } from 'react'
import { renderToStaticMarkup } from 'react-dom/server'
import { useMode } from './use-mode.ts'

/** As it is drawn once the conversation has changed hands. */
function drawn(before: boolean, after: boolean): string {
  function Field() {
    const [noteOnly, change] = useState(before)
    const [mode] = useMode(noteOnly)
    if (noteOnly !== after) change(after)
    return <p>{mode}</p>
  }
  return renderToStaticMarkup(<Field />)
}

it('is a note alone as soon as the conversation is somebody else’s, and a reply again when it is not', () => {
  expect(drawn(false, false)).toBe('<p>message</p>')
  expect(drawn(false, true)).toBe('<p>note</p>')
  expect(drawn(true, false)).toBe('<p>message</p>')
})

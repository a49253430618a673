/** What stands below the form of an item beside its own body. */
import type { ComponentType } from 'react'
import type { Source } from './fields.ts'
import type { MoreProps } from './items.ts'
import { RuleMore } from './keeping/rule-more.tsx'
import { QueueMembers, TeamMembers } from './people/members.tsx'
import { PersonMore } from './people/person-more.tsx'
import { SamplingMore } from './scorecard/sampling-more.tsx'
import { ScorecardMore } from './scorecard/scorecard-more.tsx'
import { SiteMore } from './site/site-more.tsx'

export const extras: Partial<Record<Source, ComponentType<MoreProps>>> = {
  person: PersonMore,
  team: TeamMembers,
  queue: QueueMembers,
  site: SiteMore,
  scorecard: ScorecardMore,
  samplingRule: SamplingMore,
  keepingRule: RuleMore,
}

/**
 * The one registry of screens and states: each step brings the product into a state by doing what a person would do, and
 * names who is to be looked at. Screenshots and accessibility checks walk the same tour.
 */
import { accessTour } from './access-tour.ts'
import type { Step } from './acts.ts'
import { arrivingTour } from './arriving-tour.ts'
import { besideTour } from './beside-tour.ts'
import { callTour } from './call-tour.ts'
import { chatTour } from './chat-tour.ts'
import { endingTour } from './ending-tour.ts'
import { formsTour } from './forms-tour.ts'
import { judgeTour } from './judge-tour.ts'
import { keepingTour } from './keeping-tour.ts'
import { replayTour } from './replay-tour.ts'
import { board } from './team-tour.ts'
import { adminTour } from './tour-admin.ts'
import { waitingSteps } from './waiting-steps.ts'

export const tour: Step[] = [
  ...arrivingTour,
  ...chatTour,
  ...callTour,
  ...endingTour,
  ...replayTour,
  ...besideTour,
  ...waitingSteps,
  ...adminTour,
  ...keepingTour,
  ...judgeTour,
  ...formsTour,
  ...board,
  ...accessTour,
]

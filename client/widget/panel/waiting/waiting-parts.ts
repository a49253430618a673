/** Everything that the panel loads only for those who are not answered at once. */
export { createOutlooks } from './outlook.ts'
export { createTellMe } from './tell-me.ts'
export { Waiting } from './waiting.tsx'
import './waiting.css'

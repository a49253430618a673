/** What the shapes of configured things are made of. Lengths of time are ms. */
import * as z from 'zod/mini'
import { text } from './words.ts'

export const Name = text(80, 1)
export const count = (min: number, max: number) => z.int().check(z.minimum(min), z.maximum(max))
export const list = <T extends z.ZodMiniType>(item: T, most: number) => z.array(item).check(z.maxLength(most))
export const duration = (most: number) => count(0, most)
export const HOUR = 3_600_000

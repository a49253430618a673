import type { Handout } from '../../server/contract/handout.ts'

type Media = Pick<Handout, 'sounds' | 'pictures'>

/** With its media taken into memory, so that they can be sought in. Rejects where one cannot be fetched. */
export async function inMemory(handout: Handout, get: (src: string) => Promise<Response>): Promise<Handout> {
  const held = async <T extends { src: string }>(one: T): Promise<T> => {
    const answer = await get(one.src)
    if (!answer.ok) throw new Error(`media ${answer.status}`)
    return { ...one, src: URL.createObjectURL(await answer.blob()) }
  }
  const [sounds, pictures] = await Promise.all([
    Promise.all(handout.sounds.map(held)),
    Promise.all(handout.pictures.map(held)),
  ])
  return { ...handout, sounds, pictures }
}

/** Nobody looks at it any more. */
export function forget({ sounds, pictures }: Media): void {
  for (const { src } of [...sounds, ...pictures]) URL.revokeObjectURL(src)
}

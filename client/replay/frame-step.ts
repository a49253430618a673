/** From one picture of a video to the next or the one before, whatever the pace they were taken at. */

/** What is needed of a video that stands still; all times in its own seconds. */
export type Still = {
  /** When the picture that is shown begins. */
  shown(): number
  /** Goes there; resolves once its picture is shown. */
  goTo(time: number): Promise<void>
  duration(): number
}

/** Just before a picture's own time the one before it is still shown. */
const JUST_S = 0.001
/** The next picture is looked for so far ahead, then twice as far, and so on. */
const SEARCH_S = 1 / 60
/** A shared screen that stands still sends a picture a second. */
const FURTHEST_S = 5
/** Browsers go by how long a picture should last: one that came early is shown only some way into it. */
const INTO_S: readonly number[] = [0.0005, 0.004, 0.01, 0.02]

/** Shows the neighbouring picture and returns the seconds at which it is shown; null: there is none. */
export async function neighbourPicture(video: Still, by: 1 | -1): Promise<number | null> {
  const here = video.shown()
  const found = by > 0 ? await nextOf(video, here) : await beforeOf(video, here)
  return found === null ? null : await settle(video, found)
}

async function beforeOf(video: Still, here: number): Promise<number | null> {
  if (here <= JUST_S) return null
  await video.goTo(here - JUST_S)
  return video.shown() < here ? video.shown() : null
}

async function nextOf(video: Still, here: number): Promise<number | null> {
  const last = Math.min(video.duration(), here + FURTHEST_S)
  for (let ahead = SEARCH_S; ; ahead *= 2) {
    await video.goTo(Math.min(last, here + ahead))
    if (video.shown() > here) return await firstAfter(video, here)
    if (here + ahead >= last) return null
  }
}

/** A later one is shown: whether there is another between the two shows what is before it. */
async function firstAfter(video: Still, here: number): Promise<number> {
  for (;;) {
    const found = video.shown()
    await video.goTo(found - JUST_S)
    if (video.shown() <= here) return found
  }
}

async function settle(video: Still, picture: number): Promise<number> {
  let time = picture
  for (const into of INTO_S) {
    time = picture + into
    await video.goTo(time)
    if (video.shown() >= picture) break
  }
  return time
}

/** Somebody before a camera, as Chromium reads them from a file: head and shoulders that move a little. */
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'

const [WIDTH, HEIGHT, FRAMES, RATE] = [640, 360, 30, 15]

/** Luma and both chromas. */
type Colour = readonly [number, number, number]
export type Looks = { wall: Colour; skin: Colour; hair: Colour; shirt: Colour }

export const visitorLooks: Looks = {
  ...{ wall: [176, 122, 130], skin: [168, 108, 152], hair: [52, 124, 134], shirt: [96, 150, 112] },
}
export const agentLooks: Looks = {
  ...{ wall: [196, 130, 122], skin: [142, 112, 150], hair: [36, 128, 128], shirt: [82, 126, 104] },
}

const inside = (x: number, y: number, [cx, cy, rx, ry]: readonly [number, number, number, number]) =>
  ((x - cx) / rx) ** 2 + ((y - cy) / ry) ** 2 <= 1

function colourAt(looks: Looks, x: number, y: number, sway: number): Colour {
  const [cx, cy] = [WIDTH / 2 + sway * 8, 150 + Math.abs(sway) * 3]
  if (inside(x, y, [cx, cy + 8, 58, 74]) && y > cy - 30) return looks.skin
  if (inside(x, y, [cx, cy - 4, 68, 84]) && y < cy + 30) return looks.hair
  if (inside(x, y, [cx, HEIGHT + 30, 170, 145])) return looks.shirt
  if (inside(x, y, [cx, cy + 80, 28, 50])) return looks.skin
  const [luma, ...chroma] = looks.wall
  // Light falls in from one side.
  return [luma - Math.round((x / WIDTH) * 40), ...chroma]
}

function frame(looks: Looks, sway: number): Buffer {
  const [luma, half] = [WIDTH * HEIGHT, (WIDTH * HEIGHT) / 4]
  const bytes = Buffer.alloc(luma + 2 * half)
  for (let y = 0; y < HEIGHT; y++) {
    for (let x = 0; x < WIDTH; x++) {
      const [light, blue, red] = colourAt(looks, x, y, sway)
      bytes[y * WIDTH + x] = light
      if (y % 2 || x % 2) continue
      const at = luma + (y / 2) * (WIDTH / 2) + x / 2
      bytes[at] = blue
      bytes[at + half] = red
    }
  }
  return bytes
}

/** The bytes of a `.y4m` file. `rate`: frames a second. */
export function filmOf(looks: Looks, frames = FRAMES, rate = RATE): Buffer {
  const parts: Buffer[] = [Buffer.from(`YUV4MPEG2 W${WIDTH} H${HEIGHT} F${rate}:1 Ip A1:1 C420\n`)]
  for (let n = 0; n < frames; n++)
    parts.push(Buffer.from('FRAME\n'), frame(looks, Math.sin((n / frames) * 2 * Math.PI)))
  return Buffer.concat(parts)
}

export async function film(looks: Looks, folder: string, name: string): Promise<string> {
  const file = join(folder, `${name}.y4m`)
  await writeFile(file, filmOf(looks))
  return file
}

/**
 * `npm run screens [-- LOOK …]`: a picture of every screen and state, from a running Parley with real media. `npm run screens -- docs`:
 * those of the documentation.
 */
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { makePictures } from './pictures/make.ts'
import { messageOf } from './runner/errors.ts'
import { everyLook, nameOf } from './screens/look.ts'
import { walk } from './screens/walk.ts'
import { testBrowser } from './setup/browser.ts'
import { clientBuild } from './setup/client.ts'
import { ensureMediaWorker } from './setup/media-worker.ts'
import { postgresBinaries } from './setup/postgres-binaries.ts'
import { ROOT } from './setup/project.ts'
import { createConsole, runSteps } from './setup/step.ts'

const console = createConsole(process.stdout)
const folder = join(ROOT, 'screens')

async function main(): Promise<void> {
  const wanted = process.argv.slice(2)
  if (wanted[0] === 'docs') return await pictures()
  const looks = everyLook.filter((look) => wanted.length === 0 || wanted.includes(nameOf(look)))
  if (looks.length === 0) throw new Error(`No such look. There are: ${everyLook.map(nameOf).join(', ')}`)
  await runSteps([testBrowser(), postgresBinaries(), clientBuild()], console)
  const env = { MEDIASOUP_WORKER_BIN: await ensureMediaWorker(process.env, console) }
  let failed = 0
  for (const look of looks) {
    const target = join(folder, nameOf(look))
    mkdirSync(target, { recursive: true })
    console.line(`${nameOf(look)} …`)
    const see = async ({
      step,
      who,
      page,
    }: {
      step: { name: string }
      who: string
      page: import('playwright-core').Page
    }) => {
      await page.screenshot({ path: join(target, `${step.name}-${who}.png`) })
    }
    await walk(
      look,
      {
        see,
        trouble: async (step, error, cast) => {
          failed++
          console.line(`  ${step.name}: ${messageOf(error).split('\n')[0]}`)
          for (const who of ['visitor', 'agent', 'reviewer'] as const) {
            await cast[who].screenshot({ path: join(target, `${step.name}-FAILED-${who}.png`) })
          }
        },
      },
      { env },
    )
  }
  console.line(`\nPictures: ${folder}`)
  if (failed > 0) throw new Error(`${failed} states could not be reached`)
}

async function pictures(): Promise<void> {
  await runSteps([testBrowser(), postgresBinaries(), clientBuild()], console)
  const env = { MEDIASOUP_WORKER_BIN: await ensureMediaWorker(process.env, console) }
  await makePictures(env, (line) => console.line(line))
}

main().catch((error: unknown) => {
  console.line(`\n${messageOf(error)}`)
  process.exitCode = 1
})

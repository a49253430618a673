/** Devices looked at before a call, and the way to the media node and back. */
import { afterAll, beforeAll, describe, expect } from '@jest/globals'
import { openDesk, type Person, type Process, startProcess } from './testing/people.ts'
import { journey, openStage, type Stage } from './testing/stage.ts'

let stage: Stage
let agents: Process
let sara: Person

beforeAll(async () => {
  stage = await openStage()
  agents = await startProcess('agent')
  sara = await openDesk(agents.browser, stage.stack, 'Sara')
  await sara.context.grantPermissions(['microphone', 'camera'])
}, 150_000)
afterAll(async () => {
  await agents?.close()
  await stage?.stop()
}, 90_000)

const status = () => sara.page.getByRole('region', { name: 'Connection' }).getByRole('status')
const meter = () => sara.page.getByRole('meter', { name: 'Your level' })

describe('the device page', () => {
  const step = journey()

  step('shows how loud one is, and what one looks like', async () => {
    await sara.page.getByRole('link', { name: 'Devices', exact: true }).click()
    await meter().waitFor()
    await sara.page.waitForFunction(() => (document.querySelector('meter')?.value ?? 0) > 0.02)
    await sara.button('Show my picture').click()
    const picture = sara.page.getByLabel('Your camera')
    await picture.waitFor()
    await sara.button('Hide my picture').click()
    await picture.waitFor({ state: 'detached' })
  })

  step('plays a sound to the end', async () => {
    await sara.button('Play test sound').click()
    await sara.text('Playing. Do you hear it?').waitFor()
    await sara.text(/^If you heard nothing/).waitFor()
  })

  step('measures the way to the media node and back within 10 s', async () => {
    const begun = performance.now()
    await sara.button('Test connection').click()
    await status().getByText('There and back').waitFor({ timeout: 20_000 })
    expect(performance.now() - begun).toBeLessThan(10_000)
    const said = await status().innerText()
    expect(said).toContain('Excellent')
    expect(said).toMatch(/4\.[34]/)
    expect(said).not.toContain('Hardly any sound')
    const calls = await stage.rows('select id from call')
    expect(calls).toEqual([])
  })

  step('takes noise out of the voice by what is fetched only then, under the page’s own policy', async () => {
    const fetched: string[] = []
    sara.page.on('request', (request) => fetched.push(request.url()))
    const wasm = () => fetched.filter((url) => url.endsWith('.wasm')).length
    const hush = sara.page.getByRole('checkbox', { name: 'Strong noise suppression' })
    expect(wasm()).toBe(0)
    const loaded = sara.page.waitForResponse(/\.wasm$/)
    await hush.check()
    await loaded
    await sara.text(/^Starting/).waitFor({ state: 'detached' })
    expect(wasm()).toBe(1)
    expect(await sara.text(/^This browser cannot do that/).count()).toBe(0)
    // Its work is not done twice.
    expect(
      await sara.page.getByRole('checkbox', { name: 'Noise suppression', exact: true }).isDisabled(),
    ).toBe(true)
    await sara.page.reload()
    await meter().waitFor()
    expect(await hush.isChecked()).toBe(true)
    await hush.uncheck()
  })

  step('keeps what is chosen for a microphone', async () => {
    const noise = sara.page.getByRole('checkbox', { name: 'Noise suppression', exact: true })
    expect(await noise.isChecked()).toBe(true)
    await noise.uncheck()
    await sara.page.reload()
    await meter().waitFor()
    expect(await noise.isChecked()).toBe(false)
  })
})

/** What makes an agent's writing fast: canned replies by `/`, colleagues by `@`. */
import { afterAll, beforeAll, describe, expect } from '@jest/globals'
import { v7 as newId } from 'uuid'
import { openDesk, openShop, type Person, type Process, startProcess } from './testing/people.ts'
import { journey, openStage, type Stage } from './testing/stage.ts'
import { say } from './testing/talk.ts'

let stage: Stage
let processes: Process[]
let sara: Person
let amir: Person
let visitor: Person

beforeAll(async () => {
  stage = await openStage()
  const reply = (name: string, text: string, language: string | null, folder: string) =>
    stage.rows("insert into configuration (kind, id, version, body) values ('cannedReply', $1, 1, $2)", [
      newId(),
      JSON.stringify({ name, folder, language, text }),
    ])
  await reply('Greeting', 'Hello {visitor.name}, I am {agent.name}.', null, '')
  await reply('Delivery', 'It takes three days.', 'en', 'Orders')
  await reply('Late', 'It comes tomorrow.', 'en', 'Orders/Late orders')
  processes = await Promise.all([startProcess('visitor'), startProcess('agent')])
  const [shop, agents] = processes as [Process, Process]
  sara = await openDesk(agents.browser, stage.stack, 'Sara')
  amir = await openDesk(agents.browser, stage.stack, 'Amir')
  visitor = await openShop(shop.browser, stage.stack)
  await visitor.launcher().click()
  await say(visitor, 'When will it come?')
  await sara.page.getByRole('list', { name: 'Waiting' }).getByText('When will it come?').click()
  await sara.button('Take conversation').click()
}, 150_000)
afterAll(async () => {
  await Promise.all((processes ?? []).map((one) => one.close()))
  await stage?.stop()
}, 90_000)

const list = () => sara.page.getByRole('listbox')
const chosen = () => list().getByRole('option', { selected: true })

describe('writing', () => {
  const step = journey()

  step('a canned reply is found by a word, filled in, and what is not known is selected', async () => {
    const field = sara.field('Message')
    await field.fill('One moment. ')
    await field.pressSequentially('/gr')
    await chosen().getByText('Hello {visitor.name}, I am Sara').waitFor()
    await field.press('Enter')
    expect(await field.inputValue()).toMatch(/^One moment. Hello \{visitor.name\}, I am Sara/)
    await field.pressSequentially('Mina')
    expect(await field.inputValue()).toMatch(/^One moment. Hello Mina, I am Sara/)
    await field.press('Enter')
    await visitor.text(/Hello Mina, I am Sara/).waitFor()
  })

  step('folders open in their place, arrows choose, Escape leaves what was typed', async () => {
    const field = sara.field('Message')
    await field.pressSequentially('/')
    await chosen().getByText('2 replies').waitFor()
    await field.press('Enter')
    await list().getByRole('option', { name: 'Late orders' }).click()
    await list().getByText('It comes tomorrow.').waitFor()
    expect(await list().getByRole('option').count()).toBe(3)
    await list().getByRole('option', { name: 'Back' }).click()
    expect(await field.inputValue()).toBe('/')
    await list().getByRole('option').nth(2).waitFor()
    const first = await chosen().innerText()
    await field.press('ArrowDown')
    expect(await chosen().innerText()).not.toBe(first)
    await field.press('Escape')
    await list().waitFor({ state: 'detached' })
    expect(await field.inputValue()).toBe('/')
    await field.fill('')
  })

  step('a reply of one’s own is made from what is written, and is at hand', async () => {
    const field = sara.field('Message')
    await field.fill('Thank you, have a nice day! ')
    await field.pressSequentially('/')
    await list().getByRole('option', { name: 'My replies' }).click()
    const dialog = sara.page.getByRole('dialog')
    await dialog.getByLabel('Name').fill('Goodbye')
    await dialog.getByRole('button', { name: 'Save reply' }).click()
    await dialog.getByRole('list').getByRole('button', { name: 'Goodbye', exact: true }).waitFor()
    await sara.page.keyboard.press('Escape')
    await field.fill('')
    // Again and again: the last letter and Tab come to a page that has not drawn the letter yet, as from fast fingers.
    const { keyboard } = sara.page
    for (let time = 0; time < 10; time++) {
      await field.fill('')
      await field.pressSequentially('/goo')
      await Promise.all([keyboard.press('d'), keyboard.press('Tab')])
      expect(await field.inputValue()).toBe('Thank you, have a nice day!')
    }
    await field.fill('')
  })

  step('a colleague named in a note is told, and comes to the conversation', async () => {
    await sara.button('Add note').click()
    const field = sara.field('Note')
    await field.pressSequentially('@am')
    await field.press('Enter')
    await field.pressSequentially('is it in stock?')
    await field.press('Enter')
    await amir.text(/has mentioned you/).waitFor()
    await amir.page.getByRole('button', { name: '1 mention', exact: true }).click()
    await amir.page.getByRole('dialog').getByText('is it in stock?').click()
    await amir.page.getByRole('log').getByText('is it in stock?').waitFor()
    await amir.button('Mentions').waitFor()
    expect(await visitor.text('is it in stock?').count()).toBe(0)
  })
})

import { describe, expect, it } from '@jest/globals'
import { formBody } from '../configuration/testing.ts'
import { configurationBodies } from './configuration.ts'

const takes = (over: Parameters<typeof formBody>[0]) =>
  configurationBodies.form.safeParse(formBody(over)).success
const label = { en: 'Name', fa: '', ru: '' }
const name = { id: 'name', type: 'name', label, required: true } as const
const phone = { id: 'phone', type: 'phone', label, required: false } as const

describe('a form', () => {
  it.each<[string, Parameters<typeof formBody>[0], boolean]>([
    ['that leaves an address', {}, true],
    ['of another purpose without one', { purpose: 'preChat', fields: [name] }, true],
    ['for leaving a message, without an address', { fields: [name] }, false],
    ['for leaving a message, where the address may be left out', { fields: [name, phone] }, false],
    ['with the same id twice', { purpose: 'preChat', fields: [name, { ...phone, id: 'name' }] }, false],
    [
      'with a label in no language',
      { purpose: 'waiting', fields: [{ ...name, label: { ...label, en: ' ' } }] },
      false,
    ],
    [
      'with a choice of nothing',
      { purpose: 'waiting', fields: [{ id: 'a', type: 'choice', label, required: false, options: [] }] },
      false,
    ],
    ['without fields', { purpose: 'waiting', fields: [] }, false],
  ])('%s', (_name, over, good) => {
    expect(takes(over)).toBe(good)
  })
})

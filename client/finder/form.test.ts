import { describe, expect, it } from '@jest/globals'
import { keyAt, shiftDays } from '../ui/days.ts'
import { daysOf, emptyForm, figureOf, type Form, narrowings, toForm, toKept, toSearch } from './form.ts'

const full: Form = {
  ...{ words: ' red shoes ', alike: true, order: 'best', period: '', from: '2026-02-27', to: '2026-02-28' },
  ...{ agent: 'a', queue: 'q', site: 's', disposition: 'd', medium: 'voice', language: 'fa' },
  events: ['held', 'guest'],
  ranges: { length: { from: '۱٫۵', to: '' }, hold: { from: '', to: '20' }, mos: { from: '', to: '3,5' } },
}

describe('the finder’s fields', () => {
  it('ask nothing where nothing is chosen', () => {
    expect(toSearch(emptyForm)).toEqual({ words: '', alike: false, order: 'newest', filter: {} })
  })

  it('make a search with whole days in the reader’s zone and figures in the server’s units', () => {
    const { words, filter } = toSearch(full)
    expect(words).toBe('red shoes')
    const { from = 0, to = 0, ...rest } = filter
    expect(to - from).toBe(48 * 3_600_000 - 1)
    expect(new Date(from).getHours()).toBe(0)
    expect(rest).toEqual({
      ...{ agent: 'a', queue: 'q', site: 's', disposition: 'd', medium: 'voice', language: 'fa' },
      ...{ events: ['held', 'guest'], length: { from: 90_000 }, hold: { to: 0.2 }, mos: { to: 3.5 } },
    })
  })

  it('come back from a search that was kept', () => {
    const kept = toKept(full)
    const back = toForm(kept)
    expect(toSearch(back)).toEqual(toSearch(full))
    expect(back).toMatchObject({
      from: '2026-02-27',
      to: '2026-02-28',
      ranges: { length: { from: '1.5', to: '' } },
    })
    expect(toForm(toKept(emptyForm))).toEqual(emptyForm)
    // Whoever opens it in another zone looks through these days and not through the instants of whoever kept it.
    expect(kept.days).toEqual({ from: '2026-02-27', to: '2026-02-28' })
    expect(Object.keys(kept.filter)).not.toContain('from')
    expect(toKept({ ...full, from: 'soon' }).days).toEqual({ to: '2026-02-28' })
  })

  it('come back from one that was kept when days were kept as instants', () => {
    expect(toForm(toSearch(full))).toEqual(toForm(toKept(full)))
  })

  it('count a period back from the day on which one looks', () => {
    const noon = new Date(2026, 2, 1, 12).getTime()
    const between = (period: Form['period']) => Object.values(daysOf({ ...emptyForm, period }, noon))
    expect(between('today')).toEqual(['2026-03-01', '2026-03-01'])
    expect(between('yesterday')).toEqual(['2026-02-28', '2026-02-28'])
    expect(between('days7')).toEqual(['2026-02-23', '2026-03-01'])
    expect(between('days30')).toEqual(['2026-01-31', '2026-03-01'])
    const weeks = { ...emptyForm, period: 'days7' } as const
    expect(toKept(weeks)).toEqual({ ...toKept(emptyForm), days: { period: 'days7' } })
    expect(toForm(toKept(weeks))).toEqual(weeks)
    const today = keyAt(Date.now())
    expect(toSearch(weeks)).toEqual(toSearch({ ...emptyForm, from: shiftDays(today, -6), to: today }))
    expect(narrowings(weeks)).toEqual([{ kind: 'time', without: emptyForm }])
  })

  it.each([
    ['12', 12],
    ['۱۲', 12],
    ['٣', 3],
    ['1,5', 1.5],
    ['', null],
    ['-1', null],
    ['1e9', null],
    ['much', null],
  ])('read %s as a figure', (typed, figure) => {
    expect(figureOf(typed)).toBe(figure)
  })

  it('name each thing that narrows, and what is left without it', () => {
    const all = narrowings(full)
    expect(all.map(({ kind }) => kind)).toEqual([
      ...['time', 'chosen', 'chosen', 'chosen', 'chosen', 'chosen', 'chosen'],
      ...['event', 'event', 'range', 'range', 'range'],
    ])
    let form = full
    while (narrowings(form).length > 0) form = narrowings(form)[0]?.without ?? form
    expect(toSearch(form)).toEqual({ ...toSearch(emptyForm), words: 'red shoes', alike: true, order: 'best' })
    expect(narrowings({ ...emptyForm, ranges: { hold: { from: 'much', to: '' } }, from: 'soon' })).toEqual([])
  })
})

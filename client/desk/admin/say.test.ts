import { describe, expect, it } from '@jest/globals'
import { type AuditEntry, BY_A_LINK, THE_VISITOR } from '../../../server/contract/configuration.ts'
import { createI18n } from '../../i18n/i18n.ts'
import { loadMessages } from '../../i18n/load.ts'
import { check, told } from './faults.ts'
import { queue } from './kinds/queue.ts'
import { deedFields } from './kinds/deeds.ts'
import { scorecard } from './kinds/scorecard.ts'
import { site } from './kinds/site.ts'
import { sayPlace, sayValue, type Speech } from './say.ts'
import { linkOf, spansIn, toldFacts, whoDid } from './told-facts.ts'

const names = new Map([
  ['skill s', 'Lamps'],
  ['person p', 'Sara'],
  ['scorecard c', 'Good service'],
])
const speech = async (locale: 'en' | 'fa' | 'ru' = 'en'): Promise<Speech> => ({
  i18n: createI18n(locale, await loadMessages(locale, ['common', 'desk', 'admin', 'judge', 'access'])),
  nameOf: (source, id) => names.get(`${source} ${id}`) ?? '',
})

describe('a place and its value in words', () => {
  it.each<[string, unknown, string, string]>([
    ['name', 'Sales', 'Name', 'Sales'],
    ['priority', 7, 'What it promises › Priority', '7'],
    ['target.chat.share', 0.85, 'What it promises › Service level › Chat › Share in per cent', '85%'],
    ['offerMs.voice', 20_000, 'Who may take it › An offer lasts › Voice › Time', '20 seconds'],
    [
      'requires',
      [{ skill: 's', min: 3 }],
      'Who may take it › Required skills',
      'Skill: Lamps, At least level: 3',
    ],
    ['maxLength', null, 'What it promises › Most who may wait', '—'],
    ['wrapUp.mode', 'timed', 'Afterwards › Wrap-up', 'Timed; nothing new until it is over'],
    ['voicemail.video', true, 'Instead of waiting › Voice or video message › Video too', 'Yes'],
    ['some.thing.new', 'x', 'some.thing.new', 'x'],
  ])('%s', async (path, value, place, words) => {
    const at = await speech()
    const short = place.includes(' › ') && !path.startsWith('wrapUp')
    // Groups that are only for the eye have no place in the body and are not named.
    expect(sayPlace(at, queue.fields, path)).toBe(short ? place.slice(place.indexOf(' › ') + 3) : place)
    expect(sayValue(at, queue.fields, path, value)).toBe(words)
  })

  it.each<[string, unknown, string, string]>([
    ['agentId', 'p', 'Agent', 'Sara'],
    ['reviewerId', 'p', 'Reviewer', 'Sara'],
    ['conversationId', '01a2', 'Conversation', '01a2'],
    ['purpose', 'review', 'Which scoring', 'First'],
    ['purpose', 'second', 'Which scoring', 'Second, blind'],
    ['points', 0.5, 'Points', '50%'],
    ['outcome', 'upheld', 'Decision', 'Uphold the score'],
    ['pointsAfter', null, 'Points after it', '—'],
    ['number', 2, 'Version', '2'],
    ['scorecardId', 'c', 'Scorecard', 'Good service'],
    ['people', 3, 'Reviewers', '3'],
    ['conversations', 12, 'Conversations', '12'],
    ['sensitivity', 'restricted', 'Sensitivity', 'Restricted'],
    ['grantedTo', 'p', 'For', 'Sara'],
    ['grantedMs', 7_200_000, 'For how long', '2 hours'],
    ['data', ['recording', 'transcript'], 'What of it', 'Recordings; Transcripts'],
  ])('of a deed: %s %s', async (path, value, place, words) => {
    const at = await speech()
    expect(sayPlace(at, deedFields, path)).toBe(place)
    expect(sayValue(at, deedFields, path, value)).toBe(words)
  })

  it('tells each of a list of things with parts on a line of its own', async () => {
    const value = [
      { skill: 's', min: 3 },
      { skill: 's', min: 5 },
    ]
    expect(sayValue(await speech(), queue.fields, 'requires', value)).toBe(
      'Skill: Lamps, At least level: 3\nSkill: Lamps, At least level: 5',
    )
  })

  it.each<[AuditEntry['action'], Record<string, unknown>, unknown]>([
    [
      'classified',
      { from: null, to: 'restricted' },
      [{ path: 'sensitivity', before: null, after: 'restricted' }],
    ],
    [
      'grantedReplay',
      { request: 'r', to: 'p', hours: 2 },
      [
        { path: 'grantedTo', after: 'p' },
        { path: 'grantedMs', after: 7_200_000 },
      ],
    ],
    [
      'changed',
      { daily: { hour: 3, timeZone: 'Asia/Tehran' } },
      [{ path: 'daily', after: '03:00 (Asia/Tehran)' }],
    ],
    ['changed', { daily: null }, [{ path: 'daily', after: null }]],
    ['held', { hold: 'h' }, []],
    ['erased', { job: 'j', data: ['recording'], contents: [] }, [{ path: 'data', after: ['recording'] }]],
    ['erased', { job: 'j', contents: [] }, []],
  ])('of a deed’s facts: %s %o', async (action, facts, told) => {
    expect(toldFacts({ action, facts }, (await speech()).i18n.n)).toEqual(told)
  })

  it.each([
    [{ id: 'p', name: 'Sara' }, 'Sara'],
    [{ id: THE_VISITOR.id, name: '' }, 'Visitor'],
    [{ id: BY_A_LINK.id, name: 'Bahram' }, 'Bahram, by a link'],
    [{ id: BY_A_LINK.id, name: '' }, 'Whoever had a link'],
  ])('says who did it, and takes nobody who had a link for a colleague: %o', async (person, who) => {
    expect(whoDid({ person }, (await speech()).i18n.t)).toBe(who)
  })

  it.each([
    [{ kind: 'conversation', action: 'viewed', gone: false }, '/replay/01a2'],
    [{ kind: 'conversation', action: 'viewed', gone: true }, null],
    [{ kind: 'queue', action: 'changed', gone: false }, '/settings/queues/01a2'],
    [{ kind: 'queue', action: 'removed', gone: false }, null],
  ] as const)('leads only to what is there: %o', (part, where) => {
    expect(linkOf({ ...part, subjectId: '01a2' } as AuditEntry)).toBe(where)
  })

  it('says which part was shared or looked at', () => {
    const part = { from: 10, to: 20 }
    expect(spansIn({ action: 'shared', facts: { clip: 'c', ...part } })).toEqual([part])
    expect(spansIn({ action: 'played', facts: { spans: [part, part] } })).toEqual([part, part])
    expect(spansIn({ action: 'viewed', facts: null })).toEqual([])
  })

  it('reads in the reader’s language', async () => {
    const at = await speech('fa')
    expect(sayPlace(at, site.fields, 'texts.en.greeting')).toBe('متن‌های ویژه › English › خوشامد')
    expect(sayValue(at, queue.fields, 'priority', 12)).toBe('۱۲')
    const facts = { daily: { hour: 3, timeZone: 'Asia/Tehran' } }
    expect(toldFacts({ action: 'changed', facts }, at.i18n.n)).toEqual([
      { path: 'daily', after: '۰۳:۰۰ (Asia/Tehran)' },
    ])
  })

  it.each([
    [
      'en',
      'Question: Polite?, When it is asked: Question: Which tone?, If that answer is: Warm; Yes; Does not apply',
      'At most: 2',
    ],
    [
      'fa',
      'پرسش: Polite?، چه وقت پرسیده شود: پرسش: Which tone?، اگر آن پاسخ یکی از این‌ها باشد: Warm؛ بله؛ موضوعیت ندارد',
      'حداکثر: ۲',
    ],
    [
      'ru',
      'Вопрос: Polite?, Когда спрашивать: Вопрос: Which tone?, Если ответ: Warm; Да; Неприменимо',
      'Не больше: 2',
    ],
  ] as const)('names in %s what a question depends on, and shows no id', async (locale, asked, atMost) => {
    const [tone, warm] = ['01a2-tone', '01a2-warm']
    const questions = [
      { id: tone, name: 'Which tone?', options: [{ id: warm, name: 'Warm' }] },
      { id: '01a2-polite', name: 'Polite?', when: { questionId: tone, is: [warm, 'yes', 'na'] } },
      { id: '01a2-moved', name: 'Moved?', type: 'yesNo', metric: { name: 'transfers', atMost: 2 } },
    ]
    const said = sayValue(await speech(locale), scorecard.fields, 'sections', [
      { id: '01a2-section', name: 'Talk', questions },
    ])
    expect(said).toContain(asked)
    expect(said).toMatch(new RegExp(`${atMost}$`))
    expect(said).not.toContain('01a2')
  })
})

describe('what is wrong with a body', () => {
  it('is found before it is sent, place by place', () => {
    const body = { ...queue.blank(), requires: [{ skill: '', min: 11 }], lastAgentMs: null }
    expect(Object.fromEntries(check('queue', body))).toEqual({
      lastAgentMs: { words: 'admin.needed' },
      name: { words: 'admin.needed' },
      'requires.0.min': { words: 'admin.atMost', limit: 10 },
      'requires.0.skill': { words: 'admin.needed' },
    })
    expect(check('queue', { ...queue.blank(), name: 'Sales' }).size).toBe(0)
  })

  it('says what an address must look like, also while a cookie domain is named', () => {
    const body = { ...site.blank(), name: 'Shop', origins: ['shop'], cookieDomain: 'shop.example' }
    expect(check('site', body).get('origins.0')).toEqual({ words: 'admin.faultOrigin' })
  })

  it('is told by the server at the field, inside its envelope or not', () => {
    expect(told({ reason: 'taken', field: 'body.login' })).toEqual(
      new Map([['login', { words: 'admin.faultTaken' }]]),
    )
    expect(told({ reason: 'version' })).toBeNull()
  })
})

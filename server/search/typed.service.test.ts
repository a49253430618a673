/** What people type in three languages, and whether it finds what was written: word forms, spellings, slips of the finger. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import type { StaffCaller } from '../caller/caller.ts'
import type { Found } from '../contract/finder.ts'
import { startTestHttp, type TestHttp } from '../http/testing.ts'
import { createLogger } from '../logger.ts'
import { createRecordings } from '../recording/recordings.ts'
import { find } from './find.service.ts'
import { indexAll } from './index.service.ts'
import { said, tell } from './testing.ts'

const lines = {
  late: 'سلام، سفارش من هنوز نرسیده؛ کد رهگیری ۱۲۳۴۵۶ است',
  arabic: 'لطفاً كيفيت كالاي خريداري شده را بررسي كنيد',
  refund: 'می‌خواهم پول کتاب‌هایی را که برگرداندم پس بگیرم',
  card: 'شماره‌ی کارت را اشتباه وارد کرده‌ام و پرداخت ناموفق بود',
  warranty: 'گارانتی این گوشی‌ها تا کِی معتبر است؟',
  larger: 'سایز بزرگ‌تر و ارزان‌ترین مدل برای خانه‌ی ما موجود است؟',
  ruLate: 'Здравствуйте, мой заказ № 7781 до сих пор не доставлен',
  ruRefund: 'Верните, пожалуйста, деньги за бракованные ботинки',
  ruHedgehog: 'Пришлите счёт-фактуру на адрес Ёлочкина, дом 5',
  ruPassword: 'Не могу войти: забыла пароль от личного кабинета',
  enLate: "My parcel hasn't arrived, tracking number AB-99-XZ",
  enRefund: 'I was charged twice and I am still waiting for both refunds',
  enAddress: 'Please write to jane.doe@example.com about the cancelled subscription',
  enCafe: 'The voucher from Café Zoë expired yesterday',
  enSizes: 'These shoes are too small, do you have bigger sizes?',
} as const
type Line = keyof typeof lines

let http: TestHttp
let caller: StaffCaller
beforeAll(async () => {
  http = await startTestHttp()
  const { person } = await http.staff('reviewer')
  caller = { kind: 'staff', personId: person.id, name: 'Kian', role: 'reviewer', queues: [] }
  const { visitorId } = http.tokens.verifyVisitor((await http.visitor()).access)
  const told = Object.values(lines).map((text) => said(text))
  await tell(http.db, { siteId: http.site.id, visitorId, at: Date.UTC(2026, 0, 1), told })
  await indexAll({ db: http.db, recordings: createRecordings(http), log: createLogger('silent') })
})
afterAll(() => http.close())

const typed: [string, Line[]][] = [
  ['سفارش نرسیده', ['late']],
  ['رهگیری 123456', ['late']],
  ['كد رهگيري ١٢٣٤٥٦', ['late']],
  ['سفرش', ['late']],
  ['کیفیت کالا', ['arabic']],
  ['کیفیت کالای', ['arabic']],
  ['لطفا بررسی', ['arabic']],
  ['کتاب', ['refund']],
  ['کتابها', ['refund']],
  ['کتاب های', ['refund']],
  ['میخواهم پول', ['refund']],
  ['شماره کارت', ['card']],
  ['سفارشم', ['late']],
  ['کتابم', ['refund']],
  ['کارتم', ['card']],
  ['پرداخت ناموفق', ['card']],
  ['گوشی گارانتی', ['warranty']],
  ['گارنتی', ['warranty']],
  ['سایز بزرگتر', ['larger']],
  ['سایز بزرگ تر', ['larger']],
  ['ارزانترین', ['larger']],
  ['ارزان ترین', ['larger']],
  ['خانه', ['larger']],
  ['خانه\u200cی', ['larger']],
  ['گوشی\u200cی', ['warranty']],
  ['شماره\u200cی کارت', ['card']],
  ['کارت\u200cی', ['card']],
  ['заказы доставка', ['ruLate']],
  ['заказ 7781', ['ruLate']],
  ['доставлн', ['ruLate']],
  ['вернуть деньги', ['ruRefund']],
  ['ботинок', ['ruRefund']],
  ['бракованный ботинки', ['ruRefund']],
  ['вернули деньги', ['ruRefund']],
  ['счет фактура', ['ruHedgehog']],
  ['елочкина', ['ruHedgehog']],
  ['забыл пароль', ['ruPassword']],
  ['пороль', ['ruPassword']],
  ['личный кабинет', ['ruPassword']],
  ['parcels arrive', ['enLate']],
  ['hasnt arrived', ['enLate']],
  ['ab-99-xz', ['enLate']],
  ['refund waiting', ['enRefund']],
  ['charge', ['enRefund']],
  ['recieve refnds', []],
  ['jane.doe@example.com', ['enAddress']],
  ['cancelling subscriptions', ['enAddress']],
  ['canceled subscription', ['enAddress']],
  ['subscribtion', ['enAddress']],
  ['cafe zoe', ['enCafe']],
  ['vouchers expire', ['enCafe']],
  ['shoe size', ['enSizes']],
  ['"too small"', ['enSizes']],
  ['shoes -small', []],
]

describe('what is typed', () => {
  it.each(typed)('%s', async (words, expected) => {
    const found: Found = await find(http, caller, { words, alike: false, order: 'newest', filter: {} })
    const texts = found.items.flatMap((item) => item.lines.map(({ text }) => text))
    expect(texts).toEqual(expected.map((name) => lines[name]))
  })
})

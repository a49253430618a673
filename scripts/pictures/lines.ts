/** What is said and written in the pictures of the documentation, in each language. */
import type { Locale } from '../screens/look.ts'

/** `pause`: seconds of silence before it, in which the other one speaks. */
type Line = { pause: number; text: string }
type Side = { voice: string; lines: readonly Line[] }
export type Talk = {
  visitor: Side
  agent: Side
  asked: string
  answered: string
  meanwhile: string
  screen: readonly string[]
}

const side = (voice: string, pauses: readonly number[], ...texts: string[]): Side => ({
  voice,
  lines: texts.map((text, index) => ({ text, pause: pauses[index] ?? 0 })),
})
/** Of one who begins, and of one who answers. */
const [begins, answers] = [
  [3, 6, 6],
  [8, 6, 6],
]

/** Voices are espeak-ng's. */
export const talks: Record<Locale, Talk> = {
  en: {
    visitor: side(
      'en-gb+f3',
      begins,
      'Hello, I am looking for the oak chair, the one with a seat of leather.',
      'Yes, please. Does it fit under a table of seventy centimetres?',
      'That is perfect. I will take two of them.',
    ),
    agent: side(
      'en-us+m3',
      answers,
      'Good morning! It is in stock again, just since yesterday. Would you like to see it now?',
      'It does, and all of its measures are on my screen now.',
      'Thank you! On Thursday.',
    ),
    asked: 'Is the oak chair back?',
    answered: 'It is. May I call you?',
    meanwhile: 'In brown, if there is a choice',
    screen: [
      'Oak chair, leather seat',
      'Height of the seat: 46 cm',
      'Height: 82 cm',
      'Under tables from 68 cm',
    ],
  },
  fa: {
    visitor: side(
      'fa+f3',
      begins,
      'سلام، دنبال صندلی بلوط چرمی هستم.',
      'بله لطفاً. زیر میز هفتاد سانتی هم جا می‌شود؟',
      'عالی است، دو تا می‌خواهم.',
    ),
    agent: side(
      'fa+m3',
      answers,
      'روز بخیر، دوباره موجود شده است. می‌خواهید نشانتان بدهم؟',
      'بله، اندازه‌ها روی صفحه است.',
      'سپاسگزارم، پنج‌شنبه می‌رسد.',
    ),
    asked: 'صندلی بلوط دوباره آمده؟',
    answered: 'بله. می‌توانم تماس بگیرم؟',
    meanwhile: 'اگر می‌شود قهوه‌ای',
    screen: [
      'صندلی بلوط، نشیمن چرمی',
      'ارتفاع نشیمن: ۴۶ سانتی‌متر',
      'ارتفاع: ۸۲ سانتی‌متر',
      'برای میزهای بلندتر از ۶۸ سانتی‌متر',
    ],
  },
  ru: {
    visitor: side(
      'ru+f3',
      begins,
      'Здравствуйте! Я уже давно и нигде не могу найти дубовый стул с кожаным сиденьем.',
      'Да, пожалуйста. Он подойдёт под стол в семьдесят сантиметров?',
      'Отлично, я возьму два.',
    ),
    agent: side(
      'ru+m3',
      answers,
      'Добрый день! Он снова в наличии. Показать вам?',
      'Подойдёт! Все размеры у меня на экране.',
      'Спасибо, привезём в четверг утром.',
    ),
    asked: 'Дубовый стул снова есть?',
    answered: 'Есть. Можно вам позвонить?',
    meanwhile: 'Если можно, коричневые',
    screen: [
      'Дубовый стул, кожаное сиденье',
      'Высота сиденья: 46 см',
      'Высота: 82 см',
      'Для столов от 68 см',
    ],
  },
}

// The demo shop: three languages and a basket. Runs before the page is drawn, as a shop's own script would.
const words = {
  fa: {
    shop: 'فروشگاه',
    lamp: 'چراغ برکه',
    chair: 'صندلی بید',
    table: 'میز نهر',
    shelf: 'قفسهٔ نی',
    basket: 'سبد خرید',
    lampNav: 'چراغ',
    chairNav: 'صندلی',
    title: 'چیزهایی ساده برای خانه‌ای روشن',
    lead: 'چراغ و اثاث چوبی از کارگاهی کوچک. هر تکه سفارشی ساخته می‌شود و پنج سال ضمانت دارد. پرسشی دارید؟ همین‌جا بپرسید؛ کسی که پاسخ می‌دهد خودش سازنده است.',
    lampText:
      'چراغی رومیزی با سایه‌ای از کاغذ دست‌ساز و پایه‌ای از چوب بلوط. نورش گرم است و با لمس پایه کم و زیاد می‌شود.',
    chairText: 'صندلی غذاخوری از چوب زبان‌گنجشک با نشیمن بافته. سبک است، اما سنگین می‌نشیند.',
    made: 'جنس',
    size: 'اندازه',
    delivery: 'ارسال',
    lampMade: 'بلوط، کاغذ واشی',
    chairMade: 'زبان‌گنجشک، ریسمان کتان',
    lampSize: 'بلندی ۴۲ سانتی‌متر',
    chairSize: '۴۸ × ۵۲ × ۷۹ سانتی‌متر',
    days: 'دو تا سه هفته',
    add: 'افزودن به سبد',
    foot: 'این یک فروشگاه نمایشی است: چیزی فروخته نمی‌شود. دکمهٔ گفت‌وگو در گوشهٔ صفحه واقعی است.',
    language: 'زبان',
  },
  ru: {
    shop: 'Магазин',
    lamp: 'Лампа «Заводь»',
    chair: 'Стул «Ива»',
    table: 'Стол «Ручей»',
    shelf: 'Полка «Тростник»',
    basket: 'Корзина',
    lampNav: 'Лампа',
    chairNav: 'Стул',
    title: 'Простые вещи для светлого дома',
    lead: 'Лампы и мебель из небольшой мастерской. Каждую вещь делаем под заказ, гарантия пять лет. Есть вопрос? Спросите прямо здесь: отвечает тот, кто делает.',
    lampText:
      'Настольная лампа с абажуром из бумаги ручного отлива и дубовым основанием. Свет тёплый, яркость меняется прикосновением.',
    chairText: 'Обеденный стул из ясеня с плетёным сиденьем. Лёгкий, но стоит твёрдо.',
    made: 'Материал',
    size: 'Размер',
    delivery: 'Доставка',
    lampMade: 'дуб, бумага васи',
    chairMade: 'ясень, льняной шнур',
    lampSize: 'высота 42 см',
    chairSize: '48 × 52 × 79 см',
    days: 'две-три недели',
    add: 'В корзину',
    foot: 'Это демонстрационный магазин: здесь ничего не продаётся. Кнопка чата в углу настоящая.',
    language: 'Язык',
  },
}
const root = document.documentElement
const asked = new URLSearchParams(location.search).get('lang')
if (asked) localStorage.setItem('shop.lang', asked)
let lang = localStorage.getItem('shop.lang') ?? 'en'
if (!(lang in words)) lang = 'en'
root.lang = lang
root.dir = lang === 'fa' ? 'rtl' : 'ltr'

const english = new Map()

function draw() {
  for (const node of document.querySelectorAll('[data-t]')) {
    if (!english.has(node)) english.set(node, node.textContent)
    node.textContent = words[lang]?.[node.dataset.t] ?? english.get(node)
  }
  const count = Number(localStorage.getItem('shop.basket') ?? 0)
  for (const node of document.querySelectorAll('.count')) node.textContent = count.toLocaleString(lang)
  for (const node of document.querySelectorAll('.price, .money')) {
    const euros = Number(node.dataset.price)
    node.textContent = euros.toLocaleString(lang, {
      style: 'currency',
      currency: 'EUR',
      maximumFractionDigits: 0,
    })
  }
}

document.addEventListener('DOMContentLoaded', () => {
  draw()
  const select = document.querySelector('#language')
  select.value = lang
  select.addEventListener('change', () => {
    lang = select.value
    localStorage.setItem('shop.lang', lang)
    root.lang = lang
    root.dir = lang === 'fa' ? 'rtl' : 'ltr'
    draw()
    window.Parley?.setLocale?.(lang)
  })
  document.querySelector('.buy')?.addEventListener('click', () => {
    localStorage.setItem('shop.basket', String(Number(localStorage.getItem('shop.basket') ?? 0) + 1))
    draw()
  })
})

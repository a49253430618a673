/** What the agent shows: a page of measures, in place of a screen that the machine does not have. */
import type { Page } from 'playwright-core'

type Shown = { lines: readonly string[]; rtl: boolean }

export async function showScreen(page: Page, shown: Shown): Promise<void> {
  await page.addInitScript(({ lines, rtl }: Shown) => {
    const canvas = Object.assign(document.createElement('canvas'), { width: 1_280, height: 720 })
    const drawing = canvas.getContext('2d')
    const draw = () => {
      if (!drawing) return
      drawing.fillStyle = '#fbfaf7'
      drawing.fillRect(0, 0, 1_280, 720)
      drawing.direction = rtl ? 'rtl' : 'ltr'
      drawing.textAlign = 'start'
      lines.forEach((line, index) => {
        drawing.fillStyle = index === 0 ? '#15464b' : '#3c4245'
        drawing.font = `${index === 0 ? 'bold 64px' : '48px'} Vazirmatn, sans-serif`
        drawing.fillText(line, rtl ? 1_180 : 100, 180 + index * 120)
      })
    }
    navigator.mediaDevices.getDisplayMedia = () => {
      // Drawn again and again, since what does not change is not sent.
      setInterval(draw, 200)
      draw()
      return Promise.resolve(canvas.captureStream(5))
    }
  }, shown)
}

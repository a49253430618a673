import { writeFile } from 'node:fs/promises'
import path from 'node:path'
import { afterAll, beforeAll, expect, it } from '@jest/globals'
import { startTestHttp, type TestHttp } from '../http/testing.ts'
import { setHoldAudio } from './hold-audio.service.ts'

let http: TestHttp
beforeAll(async () => {
  http = await startTestHttp()
})
afterAll(() => http.close())

it('gives the site’s sound to whoever is told of it, and no other file', async () => {
  const { dataDir } = http.config
  const file = path.join(dataDir, 'sound.wav')
  await writeFile(file, Buffer.from('524946462400000057415645666d742010000000', 'hex'))
  await setHoldAudio({ db: http.db, dataDir }, http.site.config.key, file)
  const { site } = await http.visitor()
  const answer = await http.send(site.holdAudio ?? '')
  expect(answer.status).toBe(200)
  expect(answer.headers.get('content-type')).toMatch(/^audio\//)
  expect(answer.headers.get('cache-control')).toContain('immutable')
  for (const name of ['sound.wav', '..%2Fsound.wav', `${'0'.repeat(32)}.wav`, '%00.wav']) {
    expect((await http.send(`/widget/hold-audio/${name}`)).status).toBe(404)
  }
})

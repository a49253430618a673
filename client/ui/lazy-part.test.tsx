import { expect, it } from '@jest/globals'
import { renderToStaticMarkup } from 'react-dom/server'
import { lazyPart, Parts } from './lazy-part.tsx'

it('a part is drawn once its code is there, which is asked for once, also ahead of that', async () => {
  let asked = 0
  let arrives: (part: typeof Page) => void = () => undefined
  const Page = ({ name }: { name: string }) => <p>{name}</p>
  const Part = lazyPart<{ name: string }>(() => {
    asked++
    return new Promise((resolve) => {
      arrives = resolve
    })
  })
  const drawn = () =>
    renderToStaticMarkup(
      <Parts waiting={<i>soon</i>}>
        <Part name="here" />
      </Parts>,
    )
  Part.fetch()
  expect([drawn(), drawn(), asked]).toEqual(['<i>soon</i>', '<i>soon</i>', 1])
  arrives(Page)
  await new Promise(setImmediate)
  expect([drawn(), asked]).toEqual(['<p>here</p>', 1])
})

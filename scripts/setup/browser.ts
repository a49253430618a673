import { debianPackages } from './debian.ts'
import type { Step } from './step.ts'

/**
 * What the browser tests and the pictures of screens need: a real browser, letters for every language we speak, and the
 * means to make a network of its own for one.
 */
export function testBrowser(): Step {
  return debianPackages('for the browser tests', ['chromium', 'fonts-noto-core', 'iproute2'])
}

/** The other engine that is supported, for a visitor's side: 76 MB to fetch, 280 MB installed. */
export function testFirefox(): Step {
  return debianPackages('for the tests with Firefox', ['firefox-esr'])
}

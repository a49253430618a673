/** One part of the set-up. */
export interface Step {
  title: string
  /** Whether there is nothing left to do. */
  done(): boolean | Promise<boolean>
  /** Does it. `report` shows how far it is. Throws with a message that says what to do. */
  run(report: (text: string) => void): Promise<void>
}

/** Where progress is shown. A terminal's line is rewritten, a file gets a line now and then. */
export interface Console {
  line(text: string): void
  progress(text: string): void
}

const QUIET_MS = 5_000

/** @param stream standard output */
export function createConsole(stream: NodeJS.WriteStream): Console {
  let shownAt = Number.NEGATIVE_INFINITY
  let open = false
  return {
    line(text) {
      stream.write(`${open ? '\r\x1b[2K' : ''}${text}\n`)
      open = false
      shownAt = Number.NEGATIVE_INFINITY
    },
    progress(text) {
      if (stream.isTTY) {
        stream.write(`\r\x1b[2K  ${text.slice(0, (stream.columns ?? 80) - 3)}`)
        open = true
      } else if (performance.now() - shownAt > QUIET_MS) {
        stream.write(`  ${text}\n`)
        shownAt = performance.now()
      }
    },
  }
}

/** Runs what is not done yet, in order, with its title and the time it took. Steps that are done say nothing. */
export async function runSteps(steps: Step[], console: Console): Promise<void> {
  for (const step of steps) {
    if (await step.done()) continue
    const started = performance.now()
    console.line(`${step.title} …`)
    await step.run((text) => console.progress(text))
    console.line(`  done in ${((performance.now() - started) / 1000).toFixed(1)} s`)
  }
}

/**
 * Every dynamic import of the built pages goes through here (`client/fetch-first.ts`). Browsers keep in mind that a module could
 * not be had, and most never ask for it again while the page lives. So all that an import needs is fetched first, and
 * the browser's cache gives it to the import: what fails here may be tried again.
 */
const had = new Map<string, Promise<void>>()

/** `files`: of the module, of what it imports, and of their styles; all lie beside this one. */
export function fetchFirst<T>(load: () => Promise<T>, files: readonly string[] = []): Promise<T> {
  return Promise.all(files.map((file) => had.get(file) ?? keep(file))).then(load)
}

function keep(file: string): Promise<void> {
  const having = have(new URL(file, import.meta.url).pathname)
  had.set(file, having)
  having.catch(() => had.delete(file))
  return having
}

async function have(address: string): Promise<void> {
  // What the page begins with is there.
  if (document.querySelector(`link[href="${address}"]`)) return
  const answer = await fetch(address)
  if (!answer.ok) throw new Error(address, { cause: answer.status })
  // To its end, or it is not kept.
  await answer.blob()
  if (address.endsWith('.css')) await wear(address)
}

function wear(address: string): Promise<void> {
  const link = document.createElement('link')
  link.rel = 'stylesheet'
  link.href = address
  return new Promise((resolve, reject) => {
    link.onload = () => resolve()
    link.onerror = () => {
      link.remove()
      reject(new Error(`${address} could not be read`))
    }
    document.head.append(link)
  })
}

/** An S3-compatible store: objects put in parts, read by range, removed. Knows nothing of recordings. Every fault is an `Error`. */
import { createHash } from 'node:crypto'
import { Readable } from 'node:stream'
import { AwsClient } from 'aws4fetch'

export type S3Config = {
  /** Origin, without a trailing slash; the bucket goes into the path. */
  endpoint: string
  region: string
  bucket: string
  /** Before every name. */
  prefix: string
  accessKeyId: string
  secretAccessKey: string
}
export type Part = { number: number; size: number; etag: string }
/** `at`: when it was written, or begun, by the store's clock; ms. */
export type S3Object = { name: string; at: number }
export type S3Upload = S3Object & { upload: string }

const STALL_MS = 20_000

const OWNER = 'x-amz-meta-parley'

/** Bytes a ms. */
const SLOWEST = 16

export type S3 = ReturnType<typeof createS3>

/** `stallMs`: a store that answers nothing for so long is away. */
export function createS3(config: S3Config, { stallMs = STALL_MS } = {}) {
  const { accessKeyId, secretAccessKey, region } = config
  // What fails is tried again by whoever asked, later and knowing what is there already.
  const client = new AwsClient({ accessKeyId, secretAccessKey, region, service: 's3', retries: 0 })
  const base = `${config.endpoint}/${config.bucket}`
  /** Until a request is given up; sending takes its time on a narrow line. */
  const patience = (bytes: number) => AbortSignal.timeout(stallMs + Math.ceil(bytes / SLOWEST))

  const ask = async (method: string, name: string, asked: Asked = {}): Promise<Response> => {
    const { query = {}, headers = {}, body, signal = patience(body?.length ?? 0) } = asked
    const words = new URLSearchParams(query).toString()
    const path = name === '' ? '' : `/${config.prefix}${name}`
    const hash = createHash('sha256')
      .update(body ?? '')
      .digest('hex')
    const answered = client.fetch(`${base}${path}${words === '' ? '' : `?${words}`}`, {
      method,
      headers: { ...headers, 'x-amz-content-sha256': hash },
      signal,
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : new Uint8Array(body) }),
    })
    return arrived(answered)
  }
  const text = async (method: string, name: string, asked?: Asked): Promise<string> => {
    const answer = await ask(method, name, asked)
    const said = await arrived(answer.text())
    if (!answer.ok) throw fault(answer.status, said)
    return said
  }
  async function* pages(query: Record<string, string>, next: [string, string][]) {
    let from: Record<string, string> = {}
    for (;;) {
      const xml = await text('GET', '', { query: { ...query, ...from } })
      yield xml
      if (one(xml, 'IsTruncated') !== 'true') return
      from = Object.fromEntries(next.map(([ask, answer]) => [ask, one(xml, answer) ?? '']))
    }
  }
  const prefixed = (name: string) => `${config.prefix}${name}`
  const copied = (source: string) => ({
    'x-amz-copy-source': `/${config.bucket}/${prefixed(source).split('/').map(encodeURIComponent).join('/')}`,
  })
  const named = (xml: string, time: string): S3Object => ({
    name: (one(xml, 'Key') ?? '').slice(config.prefix.length),
    at: Date.parse(one(xml, time) ?? ''),
  })

  return {
    /** `owner`: whose it is, where several share a place. */
    async put(name: string, body: Buffer, owner: string): Promise<void> {
      await text('PUT', name, { body, headers: { [OWNER]: owner } })
    },
    async begin(name: string, owner: string): Promise<string> {
      const headers = { [OWNER]: owner }
      const id = one(await text('POST', name, { query: { uploads: '' }, headers }), 'UploadId')
      if (!id) throw new Error('S3 began an upload without a name for it')
      return id
    },
    async putPart(name: string, upload: string, number: number, body: Buffer): Promise<Part> {
      const query = { partNumber: String(number), uploadId: upload }
      const answer = await ask('PUT', name, { query, body })
      const [said, etag] = [await arrived(answer.text()), answer.headers.get('etag')]
      if (!answer.ok || etag === null) throw fault(answer.status, said)
      return { number, size: body.length, etag }
    },
    /** What has arrived of an upload. */
    async parts(name: string, upload: string): Promise<Part[]> {
      const found: Part[] = []
      let after = ''
      for (;;) {
        const query = { uploadId: upload, ...(after === '' ? {} : { 'part-number-marker': after }) }
        const xml = await text('GET', name, { query })
        for (const part of all(xml, 'Part')) {
          const [number, size] = [Number(one(part, 'PartNumber')), Number(one(part, 'Size'))]
          found.push({ number, size, etag: one(part, 'ETag') ?? '' })
        }
        if (one(xml, 'IsTruncated') !== 'true') return found
        after = one(xml, 'NextPartNumberMarker') ?? ''
      }
    },
    /** A part out of what lies there already; bytes from `from` up to, but without, `to`. */
    async copyPart(name: string, upload: string, number: number, { source, from, to }: Piece): Promise<Part> {
      const said = await text('PUT', name, {
        query: { partNumber: String(number), uploadId: upload },
        headers: { ...copied(source), 'x-amz-copy-source-range': `bytes=${from}-${to - 1}` },
        signal: patience(to - from),
      })
      return { number, size: to - from, etag: copyOf(said) }
    },
    /** Whose it is goes along. At most 5 GiB; `size` in bytes. */
    async copy(source: string, name: string, size: number): Promise<void> {
      copyOf(await text('PUT', name, { headers: copied(source), signal: patience(size) }))
    },
    async complete(name: string, upload: string, parts: readonly Part[]): Promise<void> {
      const listed = parts.map(
        ({ number, etag }) => `<Part><PartNumber>${number}</PartNumber><ETag>${encoded(etag)}</ETag></Part>`,
      )
      const body = `<CompleteMultipartUpload>${listed.join('')}</CompleteMultipartUpload>`
      const said = await text('POST', name, { query: { uploadId: upload }, body })
      // It may fail with status 200, since it begins to answer before it is done.
      if (one(said, 'Code')) throw fault(200, said)
    },
    async abort(name: string, upload: string): Promise<void> {
      await gone(ask('DELETE', name, { query: { uploadId: upload } }))
    },
    /** Uploads that were begun and neither completed nor aborted, of names that begin so. By pages. */
    async *uploads(beginning: string): AsyncGenerator<S3Upload[], void> {
      const next: [string, string][] = [
        ['key-marker', 'NextKeyMarker'],
        ['upload-id-marker', 'NextUploadIdMarker'],
      ]
      for await (const xml of pages({ uploads: '', prefix: prefixed(beginning) }, next))
        yield all(xml, 'Upload').map((upload) => ({
          ...named(upload, 'Initiated'),
          upload: one(upload, 'UploadId') ?? '',
        }))
    },
    async *list(beginning: string): AsyncGenerator<S3Object[], void> {
      const query = { 'list-type': '2', prefix: prefixed(beginning) }
      for await (const xml of pages(query, [['continuation-token', 'NextContinuationToken']]))
        yield all(xml, 'Contents').map((object) => named(object, 'LastModified'))
    },
    /** Null: there is none. `size` in bytes; `owner`: null where nobody said so. */
    async about(name: string): Promise<{ size: number; owner: string | null } | null> {
      const answer = await ask('HEAD', name)
      if (answer.status === 404) return null
      if (!answer.ok) throw fault(answer.status, '')
      return { size: Number(answer.headers.get('content-length')), owner: answer.headers.get(OWNER) }
    },
    async remove(name: string): Promise<void> {
      await gone(ask('DELETE', name))
    },
    /** Bytes from `from` up to, but without, `to`. */
    fetch: (name: string, from: number, to: number): Readable =>
      Readable.from(
        ranged((range, signal) => ask('GET', name, { headers: { range }, signal }), { from, to, stallMs }),
      ),
  }
}

/** Bytes of `source`. */
type Piece = { source: string; from: number; to: number }

/** Of the copy's tag. It may fail with status 200, since it begins to answer before it is done. */
function copyOf(said: string): string {
  const etag = one(said, 'ETag')
  if (etag === null) throw fault(200, said)
  return etag
}

type Asked = {
  query?: Record<string, string>
  headers?: Record<string, string>
  body?: Buffer | string
  signal?: AbortSignal
}

async function* ranged(
  ask: (range: string, signal: AbortSignal) => Promise<Response>,
  { from, to, stallMs }: { from: number; to: number; stallMs: number },
): AsyncGenerator<Buffer, void> {
  const stalled = new AbortController()
  const wait = () => setTimeout(() => stalled.abort(new S3Fault(0, SILENT)), stallMs)
  let timer = wait()
  try {
    const answer = await ask(`bytes=${from}-${to - 1}`, stalled.signal)
    if (answer.status !== 206) throw fault(answer.status, answer.ok ? '' : await arrived(answer.text()))
    for await (const bytes of answer.body ?? []) {
      // As long as whoever reads takes over it is no fault of the store's.
      clearTimeout(timer)
      yield Buffer.from(bytes)
      timer = wait()
    }
  } finally {
    clearTimeout(timer)
    // Whoever reads may go before the end.
    stalled.abort()
  }
}

async function gone(asked: Promise<Response>): Promise<void> {
  const answer = await asked
  const said = await arrived(answer.text())
  if (!answer.ok && answer.status !== 404) throw fault(answer.status, said)
}

const SILENT = 'S3 does not answer'

/** `status`: of HTTP, 0 where nothing was answered. `code`: in a word or two, for who operates it. */
export class S3Fault extends Error {
  readonly status: number
  readonly code: string
  constructor(status: number, message: string, { code, cause }: { code?: string; cause?: unknown } = {}) {
    super(message, { cause })
    this.status = status
    this.code = code ?? (status === 0 ? 'S3 silent' : `S3 ${status}`)
  }
}

/** Not only this request: nothing is answered at all. */
export const isSilent = (error: unknown): boolean => error instanceof S3Fault && error.status === 0

/** What fails on the way. */
async function arrived<T>(answer: Promise<T>): Promise<T> {
  try {
    return await answer
  } catch (error) {
    if (error instanceof S3Fault) throw error
    const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error
    throw new S3Fault(0, SILENT, { cause })
  }
}

/** As S3 names it; never the whole answer, which may repeat the request. */
function fault(status: number, xml: string): S3Fault {
  const [code, message] = [one(xml, 'Code'), one(xml, 'Message')]
  return new S3Fault(
    status,
    `S3 answers ${status}${code ? ` ${code}` : ''}${message ? `: ${message}` : ''}`,
    code === null ? {} : { code: `S3 ${code}` },
  )
}

const all = (xml: string, tag: string): string[] =>
  [...xml.matchAll(new RegExp(`<${tag}>(.*?)</${tag}>`, 'gs'))].map(([, inner = '']) => inner)

function one(xml: string, tag: string): string | null {
  const found = new RegExp(`<${tag}>(.*?)</${tag}>`, 's').exec(xml)?.[1]
  return found === undefined ? null : decoded(found)
}

const ENTITIES: Readonly<Record<string, string>> = { quot: '"', apos: "'", lt: '<', gt: '>', amp: '&' }
const decoded = (words: string): string =>
  words.replace(/&(?:#(\d+)|#x([0-9a-f]+)|(\w+));/gi, (whole, ten, sixteen, name) => {
    if (ten) return String.fromCodePoint(Number(ten))
    if (sixteen) return String.fromCodePoint(Number.parseInt(sixteen, 16))
    return ENTITIES[name] ?? whole
  })
const encoded = (words: string): string => words.replaceAll('&', '&amp;').replaceAll('"', '&quot;')

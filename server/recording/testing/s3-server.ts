/** A store that speaks enough of S3 and believes no signature that it has not computed itself, for tests. Keeps all in memory. */
import { createHash, createHmac } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { S3Config } from '../s3.ts'

/** Lists come in pages of so many. */
const PAGE = 2

type Hindrance = boolean | number
type Upload = { key: string; owner: string; at: number; parts: Map<number, Buffer> }
type About = { owner: string; at: number }
export type TestS3 = {
  config: S3Config
  objects: Map<string, Buffer>
  uploads: Map<string, Upload>
  /** Whose each object is, and when it was written. */
  about: Map<string, About>
  /** Every request: method and what it is for. */
  asked: string[]
  /** Bytes of objects that were read. */
  read: { bytes: number }
  /** Before it is answered, of a copy also once its source is `read`; true cuts the connection, a figure is the status of a refusal. */
  hinder(when: (asked: string) => Hindrance | Promise<Hindrance>): void
  close(): Promise<void>
}

const sha = (bytes: Buffer | string) => createHash('sha256').update(bytes).digest('hex')
const hmac = (key: Buffer | string, words: string) => createHmac('sha256', key).update(words).digest()
const escaped = (words: string) =>
  encodeURIComponent(words).replace(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`)

/**
 * `leastPart`: no part but the last may be smaller, bytes; S3 itself wants 5 MiB. `mostCopied`: no more is copied at once; S3 itself
 * takes 5 GiB.
 */
export async function startTestS3({
  leastPart = 5 * 1024 * 1024,
  mostCopied = 5 * 1024 ** 3,
} = {}): Promise<TestS3> {
  const made = {
    ...{ objects: new Map<string, Buffer>(), uploads: new Map<string, Upload>() },
    about: new Map<string, About>(),
  }
  const asked: string[] = []
  const read = { bytes: 0 }
  let hinders = (_asked: string): Hindrance | Promise<Hindrance> => false
  const respond = async (req: IncomingMessage, res: ServerResponse, body: Buffer) => {
    const url = new URL(req.url ?? '', config.endpoint)
    const what = `${req.method} ${[...url.searchParams.keys()].sort().join('&')}`.trim()
    asked.push(what)
    const hindered = await hinders(what)
    if (hindered === true) return void res.destroy()
    if (hindered !== false) return fail(res, hindered, 'Hindered')
    const wrong = signatureFault(req, url, body, config)
    if (wrong) return fail(res, 403, wrong)
    const { method = '', headers } = req
    const owner = String(headers['x-amz-meta-parley'] ?? '')
    const [source, piece] = ['x-amz-copy-source', 'x-amz-copy-source-range'].map((one) => headers[one])
    const request = { method, url, body, owner, range: headers.range }
    if (source === undefined) return answer({ ...made, read, leastPart }, request, res)
    const about = { url, source: String(source), piece: String(piece ?? '') }
    await copy({ ...made, most: mostCopied }, about, res, () => hinders(`${what} read`))
  }
  const server = createServer((req, res) => {
    const parts: Buffer[] = []
    req.on('data', (part: Buffer) => parts.push(part))
    req.on('end', () => void respond(req, res, Buffer.concat(parts)))
  })
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  const { port } = server.address() as AddressInfo
  const config: S3Config = {
    ...{ endpoint: `http://127.0.0.1:${port}`, region: 'eu-test-1', bucket: 'recordings', prefix: 'p/' },
    ...{ accessKeyId: 'the-id', secretAccessKey: 'the/secret+key' },
  }
  return {
    ...{ config, ...made, asked, read },
    hinder(when) {
      hinders = when
    },
    async close() {
      server.closeAllConnections()
      await new Promise((done) => server.close(done))
    },
  }
}

/** By the description of AWS Signature Version 4, from nothing but what arrived. */
function signatureFault(req: IncomingMessage, url: URL, body: Buffer, config: S3Config): string | null {
  const head = /^AWS4-HMAC-SHA256 Credential=([^,]+), SignedHeaders=([^,]+), Signature=([0-9a-f]{64})$/.exec(
    req.headers.authorization ?? '',
  )
  if (!head) return 'AccessDenied'
  const [, credential = '', signed = '', signature] = head
  const [id, day = '', region = '', service = '', end] = credential.split('/')
  if (id !== config.accessKeyId) return 'InvalidAccessKeyId'
  if (region !== config.region || service !== 's3' || end !== 'aws4_request')
    return 'AuthorizationHeaderMalformed'
  const told = String(req.headers['x-amz-content-sha256'])
  if (told !== sha(body)) return 'XAmzContentSHA256Mismatch'
  if (!['host', 'x-amz-content-sha256', 'x-amz-date'].every((one) => signed.split(';').includes(one)))
    return 'AccessDenied'
  const query = [...url.searchParams]
    .map(([name, value]) => `${escaped(name)}=${escaped(value)}`)
    .sort()
    .join('&')
  const headers = signed.split(';').map((one) => `${one}:${String(req.headers[one]).trim()}\n`)
  const path = url.pathname.split('/').map((one) => escaped(decodeURIComponent(one)))
  const canonical = [req.method, path.join('/'), query, headers.join(''), signed, told].join('\n')
  const scope = [day, region, service, end].join('/')
  const toSign = ['AWS4-HMAC-SHA256', String(req.headers['x-amz-date']), scope, sha(canonical)].join('\n')
  const key = [region, service, 'aws4_request'].reduce<Buffer>(
    (from, word) => hmac(from, word),
    hmac(`AWS4${config.secretAccessKey}`, day),
  )
  return hmac(key, toSign).toString('hex') === signature ? null : 'SignatureDoesNotMatch'
}

type Made = Pick<TestS3, 'objects' | 'uploads' | 'about' | 'read'> & { leastPart: number }
type Request = { method: string; url: URL; body: Buffer; owner: string; range: string | undefined }

function answer(made: Made, { method, url, body, owner, range }: Request, res: ServerResponse): void {
  const [, bucket, ...rest] = url.pathname.split('/')
  if (bucket !== 'recordings') return fail(res, 404, 'NoSuchBucket')
  const key = rest.map(decodeURIComponent).join('/')
  const query = url.searchParams
  const upload = query.get('uploadId')
  if (key === '') return list(made, query, res)
  if (method === 'POST' && query.has('uploads')) {
    const id = `upload&${made.uploads.size + 1}`
    made.uploads.set(id, { key, owner, at: Date.now(), parts: new Map() })
    return xml(res, `<R><UploadId>${id.replace('&', '&amp;')}</UploadId></R>`)
  }
  if (upload !== null) return inUpload(made, { method, key, body, query, upload }, res)
  if (method === 'PUT') {
    made.objects.set(key, body)
    made.about.set(key, { owner, at: Date.now() })
    return xml(res, '')
  }
  if (method === 'DELETE') {
    made.objects.delete(key)
    return void res.writeHead(204).end()
  }
  const object = made.objects.get(key)
  if (!object) return fail(res, 404, 'NoSuchKey')
  if (method === 'HEAD') {
    const said = made.about.get(key)?.owner
    const meta = said ? { 'x-amz-meta-parley': said } : {}
    return void res.writeHead(200, { 'content-length': object.length, ...meta }).end()
  }
  const [, from, to] = /^bytes=(\d+)-(\d+)$/.exec(range ?? '') ?? []
  if (from === undefined || Number(from) >= object.length) return fail(res, 416, 'InvalidRange')
  const part = object.subarray(Number(from), Number(to) + 1)
  made.read.bytes += part.length
  res.writeHead(206, { 'content-length': part.length }).end(part)
}

type CopyRequest = { url: URL; source: string; piece: string }
type Copier = Pick<TestS3, 'objects' | 'uploads' | 'about'> & { most: number }

/** A whole object to another name, or a part of it into an upload. Hindered once it is `read`, it is done and not told. */
async function copy(
  { objects, uploads, about, most }: Copier,
  request: CopyRequest,
  res: ServerResponse,
  read: () => Hindrance | Promise<Hindrance>,
): Promise<void> {
  const [, bucket, ...rest] = decodeURIComponent(request.source).split('/')
  const object = objects.get(rest.join('/'))
  if (bucket !== 'recordings' || !object) return fail(res, 404, 'NoSuchKey')
  const { pathname, searchParams: query } = request.url
  const [, from, to] = /^bytes=(\d+)-(\d+)$/.exec(request.piece) ?? []
  const bytes = from === undefined ? object : object.subarray(Number(from), Number(to) + 1)
  if (bytes.length > most) return fail(res, 400, 'InvalidRequest')
  const owner = about.get(rest.join('/'))?.owner ?? ''
  const untold = (await read()) !== false
  const upload = uploads.get(query.get('uploadId') ?? '')
  if (query.has('uploadId') && !upload) return fail(res, 404, 'NoSuchUpload')
  if (upload) upload.parts.set(Number(query.get('partNumber')), bytes)
  else {
    const key = pathname.split('/').slice(2).map(decodeURIComponent).join('/')
    objects.set(key, bytes)
    about.set(key, { owner, at: Date.now() })
  }
  if (untold) return void res.destroy()
  xml(res, `<R><ETag>${quoted(etag(bytes))}</ETag></R>`)
}

type PartRequest = { method: string; key: string; body: Buffer; query: URLSearchParams; upload: string }

const etag = (bytes: Buffer) => `"${createHash('md5').update(bytes).digest('hex')}"`
const quoted = (words: string) => words.replaceAll('"', '&quot;')

function inUpload(made: Made, { method, key, body, query, upload }: PartRequest, res: ServerResponse): void {
  const found = made.uploads.get(upload)
  if (found?.key !== key) return fail(res, 404, 'NoSuchUpload')
  if (method === 'PUT') {
    found.parts.set(Number(query.get('partNumber')), body)
    return void res.writeHead(200, { etag: etag(body) }).end()
  }
  if (method === 'DELETE') {
    made.uploads.delete(upload)
    return void res.writeHead(204).end()
  }
  const parts = [...found.parts].sort(([a], [b]) => a - b)
  if (method === 'GET') {
    const after = parts.filter(([number]) => number > Number(query.get('part-number-marker') ?? 0))
    const page = after.slice(0, PAGE)
    const items = page.map(
      ([number, bytes]) =>
        `<Part><PartNumber>${number}</PartNumber><ETag>${quoted(etag(bytes))}</ETag><Size>${bytes.length}</Size></Part>`,
    )
    const more = `<IsTruncated>${after.length > PAGE}</IsTruncated><NextPartNumberMarker>${page.at(-1)?.[0]}</NextPartNumberMarker>`
    return xml(res, `<R>${items.join('')}${more}</R>`)
  }
  const wanted = parts.map(
    ([number, bytes]) => `<Part><PartNumber>${number}</PartNumber><ETag>${quoted(etag(bytes))}</ETag></Part>`,
  )
  if (!body.toString().includes(`>${wanted.join('')}<`)) return xml(res, '<E><Code>InvalidPart</Code></E>')
  if (parts.slice(0, -1).some(([, bytes]) => bytes.length < made.leastPart))
    return fail(res, 400, 'EntityTooSmall')
  made.objects.set(key, Buffer.concat(parts.map(([, bytes]) => bytes)))
  made.about.set(key, { owner: found.owner, at: Date.now() })
  made.uploads.delete(upload)
  xml(res, '<R></R>')
}

function list({ objects, uploads, about }: Made, query: URLSearchParams, res: ServerResponse): void {
  const prefix = query.get('prefix') ?? ''
  const ofUploads = query.has('uploads')
  const all = ofUploads
    ? [...uploads].map(([id, { key, at }]) => ({ id, key, at }))
    : [...objects.keys()].map((key) => ({ id: '', key, at: about.get(key)?.at ?? 0 }))
  const after = (ofUploads ? query.get('upload-id-marker') : query.get('continuation-token')) ?? ''
  const name = ({ id, key }: { id: string; key: string }) => (ofUploads ? id : key)
  const rest = all
    .filter((one) => one.key.startsWith(prefix) && name(one) > after)
    .sort((a, b) => (name(a) < name(b) ? -1 : 1))
  const page = rest.slice(0, PAGE)
  const time = (at: number) => new Date(at).toISOString()
  const items = page.map(({ id, key, at }) =>
    ofUploads
      ? `<Upload><Key>${key}</Key><UploadId>${id.replace('&', '&amp;')}</UploadId><Initiated>${time(at)}</Initiated></Upload>`
      : `<Contents><Key>${key}</Key><LastModified>${time(at)}</LastModified></Contents>`,
  )
  const last = page.at(-1)
  const more = [
    `<IsTruncated>${rest.length > PAGE}</IsTruncated>`,
    `<NextContinuationToken>${last?.key ?? ''}</NextContinuationToken>`,
    `<NextKeyMarker>${last?.key ?? ''}</NextKeyMarker>`,
    `<NextUploadIdMarker>${(last?.id ?? '').replace('&', '&amp;')}</NextUploadIdMarker>`,
  ]
  xml(res, `<R>${items.join('')}${more.join('')}</R>`)
}

const xml = (res: ServerResponse, body: string): void => void res.writeHead(200).end(body)
const fail = (res: ServerResponse, status: number, code: string): void =>
  void res.writeHead(status).end(`<Error><Code>${code}</Code></Error>`)

import { readdirSync, readFileSync, statSync } from 'node:fs'
import { createHash } from 'node:crypto'
import { join, relative } from 'node:path'

/** Debian packages needed to compile the worker. */
export const BUILD_PACKAGES = [
  'build-essential',
  'pkg-config',
  'meson',
  'ninja-build',
  'libssl-dev',
  'libuv1-dev',
  'libsrtp2-dev',
  'libabsl-dev',
  'libflatbuffers-dev',
  'flatbuffers-compiler',
]

export interface SourceEdit {
  file: string
  find: string
  replace: string
  why: string
}

/** What must change in mediasoup's own source before Debian 12 can build and run it. */
export const SOURCE_EDITS: SourceEdit[] = [
  {
    file: 'meson.build',
    find: "meson_version: '>= 1.1.0'",
    replace: "meson_version: '>= 1.0.0'",
    why: 'Debian 12 has Meson 1.0.1, which is enough',
  },
  {
    file: 'src/RTC/DtlsTransport.cpp',
    find: '(operationType == BIO_CB_RETURN)',
    replace: '((operationType & BIO_CB_RETURN) != 0)',
    why:
      'the callback answers 1 to every control call of the BIO; a libssl with kernel TLS takes that for ' +
      '"the kernel encrypts", allocates no write buffer, and the worker crashes at its first DTLS handshake',
  },
]

export const MESON_OPTIONS = ['--buildtype', 'release', '--wrap-mode', 'nodownload', '-Db_ndebug=true']

/** libsrtp with OpenSSL for its ciphers: Debian's own binary uses NSS, which costs a third more CPU a packet. */
export const SRTP_OPTIONS = [
  '--buildtype',
  'release',
  '--default-library',
  'static',
  '-Dcrypto-library=openssl',
  '-Dtests=disabled',
]

export const OVERLAY = join(import.meta.dirname, 'overlay')

/** Twelve hex digits that change whenever the recipe would give another binary. */
export function recipeHash(): string {
  const hash = createHash('sha256')
  hash.update(JSON.stringify([BUILD_PACKAGES, SOURCE_EDITS, MESON_OPTIONS, SRTP_OPTIONS]))
  for (const file of filesBelow(OVERLAY)) {
    hash.update(`\0${relative(OVERLAY, file)}\0`).update(readFileSync(file))
  }
  return hash.digest('hex').slice(0, 12)
}

function filesBelow(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((name) => join(folder, name))
    .filter((path) => statSync(path).isFile())
    .sort()
}

/** Applies one edit to a file's text. Throws when there is not exactly one place for it. */
export function applyEdit(text: string, edit: SourceEdit): string {
  const places = text.split(edit.find).length - 1
  if (places !== 1) {
    throw new Error(
      `The media worker's source is not the one this recipe was written for: ${edit.file} holds ` +
        `"${edit.find}" ${places} times, not once. The change is needed because ${edit.why}.`,
    )
  }
  return text.replace(edit.find, () => edit.replace)
}

/** The page of a package: one file that plays from a disk, without a server, a network or modules. */
import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import path from 'node:path'
import type { Handout } from '../contract/handout.ts'

/** Rejects where the client has not been built. */
export async function handoutPage(clientDir: string, handout: Handout): Promise<string> {
  const built = (name: string) => readFile(path.join(clientDir, name), 'utf8')
  const [script, style] = await Promise.all([built('handout.js'), built('handout.css')])
  return pageOf(script, style, handout)
}

/** Nothing may be fetched but the files that lie beside it, and no other script runs. */
function pageOf(script: string, style: string, handout: Handout): string {
  const code = script.replaceAll('</script', '<\\/script')
  const hash = createHash('sha256').update(code).digest('base64')
  const policy = `default-src 'none'; script-src 'sha256-${hash}'; style-src 'unsafe-inline'; img-src 'self' file: data:; media-src 'self' file:; base-uri 'none'; form-action 'none'`
  const { locale } = handout
  return `<!doctype html>
<html lang="${locale}" dir="${locale === 'fa' ? 'rtl' : 'ltr'}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>Parley</title>
<style>${style.replaceAll('</style', '<\\/style')}</style>
</head>
<body>
<div id="root"></div>
<script type="application/json" id="handout">${JSON.stringify(handout).replaceAll('<', '\\u003c')}</script>
<script>${code}</script>
</body>
</html>
`
}

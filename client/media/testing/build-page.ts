/** Prints a test page made of the entry named on the command line: its script and style in one HTML text. */
import { build } from 'vite'

const entry = process.argv[2]
if (!entry) throw new Error('no entry named')
const built = await build({
  configFile: false,
  logLevel: 'error',
  root: import.meta.dirname,
  define: { 'process.env.NODE_ENV': '"production"' },
  build: {
    write: false,
    minify: false,
    lib: { entry, formats: ['es'], fileName: 'page' },
    rolldownOptions: { output: { codeSplitting: false } },
  },
})
const [first] = Array.isArray(built) ? built : [built]
const output = first && 'output' in first ? first.output : []
const code = output.flatMap((one) => (one.type === 'chunk' ? [one.code] : [])).join('\n')
const style = output.flatMap((one) => (one.type === 'asset' ? [String(one.source)] : [])).join('\n')
const script = code.replaceAll('</script', '<\\/script')
process.stdout.write(
  `<!doctype html><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>Test</title><style>${style}</style><body><div id="root"></div><script type="module">${script}</script>`,
)

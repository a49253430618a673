/** Origins of our own pages. On this machine its other names count too: people type either. */
export function ownOrigins({ publicUrl, port }: { publicUrl: string; port: number }): string[] {
  const { origin, hostname } = new URL(publicUrl)
  if (!['localhost', '127.0.0.1', '[::1]'].includes(hostname)) return [origin]
  return [...new Set([origin, `http://localhost:${port}`, `http://127.0.0.1:${port}`])]
}

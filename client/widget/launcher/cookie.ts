/** The shop's cookie that carries the visitor over its subdomains. Any script of any of them can read it: see docs/widget-api.md. */
const KEEP_S = 30 * 86_400

export type Cookie = { read(): string | undefined; write(secret: string): void; remove(): void }

export function createCookie(site: string, domain: string): Cookie {
  const name = `parley.${site}=`
  const secure = location.protocol === 'https:' ? '; secure' : ''
  const set = (value: string, seconds: number): void => {
    document.cookie = `${name}${value}; domain=${domain}; path=/; max-age=${seconds}; samesite=lax${secure}`
  }
  return {
    read: () => {
      const found = document.cookie.split('; ').find((one) => one.startsWith(name))
      return found?.slice(name.length) || undefined
    },
    write: (secret) => set(secret, KEEP_S),
    remove: () => set('', 0),
  }
}

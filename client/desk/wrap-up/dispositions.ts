/** The tree of dispositions as a list of what can be chosen: those that none stand under, each with its way. Pure. */
export type Node = { id: string; body: { name: string; parentId: string | null } }
export type Choosable = { id: string; path: string }

export function choosable(nodes: readonly Node[], locale: string): Choosable[] {
  const byId = new Map(nodes.map((node) => [node.id, node.body]))
  const parents = new Set(nodes.map(({ body }) => body.parentId))
  const pathOf = (id: string): string => {
    const names: string[] = []
    for (let at = byId.get(id); at; at = at.parentId === null ? undefined : byId.get(at.parentId))
      names.unshift(at.name)
    return names.join(' › ')
  }
  return nodes
    .filter(({ id }) => !parents.has(id))
    .map(({ id }) => ({ id, path: pathOf(id) }))
    .sort((a, b) => a.path.localeCompare(b.path, locale))
}

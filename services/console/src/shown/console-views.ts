// The views of the console, in the order of the bar, and who may see each.

/** A view, and the scopes that open it, any one is enough; `admin` opens all. */
interface ConsoleView {
  readonly name: string
  readonly scopes: readonly string[]
}

export const consoleViews = [
  { name: 'alerts', scopes: ['alerts:read'] },
  { name: 'area', scopes: ['alerts:read'] },
  { name: 'incidents', scopes: ['alerts:read', 'reports:read'] },
  { name: 'hand-over', scopes: ['alerts:read'] },
  { name: 'response-times', scopes: ['alerts:read'] },
  { name: 'board', scopes: ['alerts:read'] },
  { name: 'digest', scopes: ['alerts:read'] },
  { name: 'sources', scopes: ['alerts:read', 'reports:read', 'reports:write'] },
  { name: 'import', scopes: ['reports:write'] },
  { name: 'subscriptions', scopes: ['subscriptions:manage'] },
  { name: 'silences', scopes: ['subscriptions:manage', 'alerts:operate'] },
  { name: 'watches', scopes: ['subscriptions:manage', 'alerts:operate'] },
  { name: 'rules', scopes: ['alerts:read', 'rules:manage'] }
] as const satisfies readonly ConsoleView[]

export type ViewName = (typeof consoleViews)[number]['name']

/** Views that a caller may open. */
export function viewsFor(held: readonly string[]): readonly ViewName[] {
  const mayOpen = ({ scopes }: ConsoleView) =>
    held.includes('admin') || scopes.some(scope => held.includes(scope))
  return consoleViews.filter(mayOpen).map(({ name }) => name)
}

/** Whether a caller may post reports, on a separate page. */
export function mayReport(held: readonly string[]): boolean {
  return held.includes('admin') || held.includes('reports:write')
}

/** Whether a caller does little but report: without `?view=` the console leads to the report page. */
export function isReporter(held: readonly string[]): boolean {
  return mayReport(held) && !viewsFor(held).includes('alerts')
}

/** The view that the address names, else the first that the caller may open. */
export function viewIn(query: URLSearchParams, open: readonly ViewName[]): ViewName {
  return open.find(name => name === query.get('view')) ?? open[0] ?? 'alerts'
}

/** The name of a view in the address: without one the page shows the first. */
export function viewMember(name: ViewName, open: readonly ViewName[]): string | null {
  return name === open[0] ? null : name
}

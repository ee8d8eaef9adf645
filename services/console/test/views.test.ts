// Who may open which view, and how an address names it.

import { describe, expect, it } from 'vitest'
import { consoleViews, viewIn, viewMember, viewsFor } from '../src/shown/console-views.ts'

describe('views', () => {
  it('are hidden where the scopes of the caller forbid them', () => {
    expect(viewsFor(['admin'])).toEqual(consoleViews.map(({ name }) => name))
    expect(viewsFor(['alerts:read'])).toContain('alerts')
    expect(viewsFor(['reports:write'])).not.toContain('alerts')
    expect(viewsFor([])).toEqual([])
  })

  it('stand in the address, but for the first that the caller may open', () => {
    const open = viewsFor(['admin'])
    for (const name of open) {
      const member = viewMember(name, open)
      expect(viewIn(new URLSearchParams(member === null ? '' : `view=${member}`), open)).toBe(name)
    }
    expect(viewMember('alerts', open)).toBeNull()
  })

  it('which the address asks for and the caller may not open are the first that it may', () => {
    expect(viewIn(new URLSearchParams('view=alerts'), viewsFor(['reports:write']))).toBe('sources')
    expect(viewIn(new URLSearchParams('view=nonsense'), viewsFor(['admin']))).toBe('alerts')
  })
})

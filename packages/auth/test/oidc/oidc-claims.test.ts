import { scopes } from '@tocsin/contracts/record/control-record'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { holdsToken } from '../../src/access/principal.ts'
import { type ClaimMapping, readHolder } from '../../src/oidc/oidc-claims.ts'

const mapping: ClaimMapping = {
  scopesClaim: 'scope',
  scopesPrefix: 'tocsin:',
  theatresClaim: 'tocsin_theatres',
  theatres: [],
  handlingClaim: 'tocsin_handling',
  handling: 'internal',
  nameClaim: 'preferred_username'
}
const holder = (claims: object, more: Partial<ClaimMapping> = {}) =>
  readHolder({ sub: 'nora', ...claims }, { ...mapping, ...more })

describe('scopes of a token', () => {
  it('are our scopes that it names with the prefix', () => {
    const scope =
      'openid tocsin:reports:write profile tocsin:reports:read tocsin:everything reports:write'
    expect([...(holder({ scope })?.scopes ?? [])]).toEqual(['reports:write', 'reports:read'])
  })

  it('may be a list, or nested in another claim, like roles', () => {
    const realm = { realm_access: { roles: ['offline_access', 'tocsin:alerts:read', 7, null] } }
    expect([...(holder(realm, { scopesClaim: 'realm_access.roles' })?.scopes ?? [])]).toEqual([
      'alerts:read'
    ])
    const named = { 'https://tocsin.example/scopes': ['tocsin:admin'] }
    expect([
      ...(holder(named, { scopesClaim: 'https://tocsin.example/scopes' })?.scopes ?? [])
    ]).toEqual(['admin'])
  })

  it('do not turn the admin of another system into an admin', () => {
    expect(holder({ scope: 'admin', realm_access: { roles: ['admin'] } })?.scopes.size).toBe(0)
    expect([...(holder({ scope: 'admin' }, { scopesPrefix: '' })?.scopes ?? [])]).toEqual(['admin'])
  })
})

describe('theatres and handling of a token', () => {
  it('are those of its claims, otherwise those of the settings', () => {
    expect(
      holder({ tocsin_theatres: ['sahel', 'coast'], tocsin_handling: 'restricted' })
    ).toMatchObject({
      theatres: ['sahel', 'coast'],
      handling: 'restricted'
    })
    expect(holder({ tocsin_theatres: 'sahel coast' })).toMatchObject({
      theatres: ['sahel', 'coast'],
      handling: 'internal'
    })
    expect(holder({ tocsin_theatres: '*' })?.theatres).toBe('*')
    expect(holder({})).toMatchObject({ theatres: [], handling: 'internal' })
    expect(holder({}, { theatres: ['*'], handling: 'partners' })).toMatchObject({
      theatres: '*',
      handling: 'partners'
    })
  })

  it('are minimal if a claim is present with unknown values', () => {
    expect(
      holder({ tocsin_theatres: 7, tocsin_handling: 'cosmic' }, { theatres: ['*'] })
    ).toMatchObject({
      theatres: [],
      handling: 'public'
    })
  })
})

describe('the holder of a token', () => {
  it('is identified by the subject, and displayed by the name', () => {
    expect(holder({ preferred_username: 'Nora K.' })).toMatchObject({
      id: 'oidc:nora',
      name: 'Nora K.'
    })
    expect(holder({})?.name).toBe('nora')
    expect(holdsToken({ id: 'oidc:nora' })).toBe(true)
    expect(['owner', 'key_oidc', 'session:oidc:'].some(id => holdsToken({ id }))).toBe(false)
  })

  it('never throws, and never gets more than the claims name, whatever they contain', () => {
    fc.assert(
      fc.property(
        fc.dictionary(fc.string(), fc.jsonValue()),
        fc.string({ minLength: 1 }),
        (claims, path) => {
          const found = readHolder(
            { ...claims, sub: 'nora' },
            { ...mapping, scopesClaim: path, theatresClaim: path }
          )
          expect(found?.id).toBe('oidc:nora')
          const text = JSON.stringify(claims)
          for (const scope of scopes)
            if (found?.scopes.has(scope)) expect(text).toContain(`tocsin:${scope}`)
        }
      )
    )
    for (const path of ['__proto__', 'constructor.name', 'toString'])
      expect(holder({}, { scopesClaim: path })?.scopes.size).toBe(0)
  })
})

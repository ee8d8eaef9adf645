import { describe, expect, it } from 'vitest'
import {
  isLoopback,
  judgeOrigin,
  parseHost,
  type ServedNames,
  servesHost
} from '../../src/settings/network-names.ts'

const local: ServedNames = {
  host: '127.0.0.1',
  publicUrl: '',
  allowedHosts: [],
  allowedOrigins: []
}
const open: ServedNames = {
  host: '0.0.0.0',
  publicUrl: 'https://tocsin.example.org',
  allowedHosts: ['notifier', '[fd00::7]'],
  allowedOrigins: ['https://desk.example']
}

describe('hosts', () => {
  it.each([
    'localhost',
    'LOCALHOST:8080',
    '127.0.0.1',
    '127.0.0.1:1',
    '127.8.8.8',
    '[::1]',
    '[::1]:8080'
  ])('serves %s everywhere', host => {
    expect([servesHost(local, host), servesHost(open, host)]).toEqual([true, true])
  })

  it.each([
    undefined,
    '',
    'evil.example',
    'evil.localhost:x',
    '127.0.0.1.evil.example',
    'localhost:8080:1',
    'user@localhost',
    '127.0.0.1,evil',
    '2130706433',
    '8.8.8.8',
    '[fd00::1]'
  ])('does not serve %s on loopback', host => {
    expect(servesHost(local, host)).toBe(false)
  })

  it('serves, beyond loopback, its own names and literal addresses, and no other name', () => {
    for (const host of [
      'tocsin.example.org',
      'Tocsin.Example.org:443',
      'notifier:8080',
      '10.1.2.3:8080',
      '[fd00::1]:8080',
      '[fd00::7]'
    ])
      expect([host, servesHost(open, host)]).toEqual([host, true])
    for (const host of [
      'example.org',
      'x.tocsin.example.org',
      'notifier.evil.example',
      'desk.example',
      '2130706433'
    ])
      expect([host, servesHost(open, host)]).toEqual([host, false])
  })

  it('serves the name that it listens on', () => {
    expect(servesHost({ ...local, host: 'ops.internal' }, 'ops.internal:8080')).toBe(true)
    expect(servesHost({ ...local, host: '192.168.1.5' }, '192.168.1.5:8080')).toBe(true)
  })

  it('recognises loopback by its address, not by the look of a name', () => {
    expect(['localhost', '127.0.0.1', '127.255.0.9', '::1', '[::1]'].every(isLoopback)).toBe(true)
    expect(
      [
        '0.0.0.0',
        '::',
        '10.0.0.1',
        '128.0.0.1',
        '127.0.0.1.example',
        'localhost.example',
        '1127.0.0.1',
        ''
      ].some(isLoopback)
    ).toBe(false)
  })

  it('reads name and port of a header', () => {
    expect(parseHost('A.b:80')).toEqual({ name: 'a.b', port: '80' })
    expect(parseHost('[::1]')).toEqual({ name: '[::1]', port: '' })
    expect(parseHost('a:b')).toBeNull()
  })
})

describe('origins', () => {
  const own = 'localhost:8080'
  it.each<[string | undefined, string, string]>([
    [undefined, own, 'none'],
    ['http://localhost:8080', own, 'own'],
    ['https://localhost:8080', own, 'own'],
    ['http://localhost', 'localhost', 'own'],
    ['http://localhost', 'localhost:80', 'own'],
    ['https://tocsin.example.org', 'tocsin.example.org:443', 'own'],
    ['https://tocsin.example.org', 'inside:8080', 'own'],
    ['https://desk.example', own, 'allowed'],
    ['https://desk.example:444', own, 'refused'],
    ['http://desk.example', own, 'refused'],
    ['http://localhost:3000', own, 'refused'],
    ['http://127.0.0.1:8080', own, 'refused'],
    ['null', own, 'refused'],
    ['', own, 'refused'],
    ['https://evil.example', own, 'refused'],
    ['https://evil.example/http://localhost:8080', own, 'refused']
  ])('takes %s at %s for %s', (origin, host, verdict) => {
    expect(judgeOrigin(open, origin, host)).toBe(verdict)
  })
})

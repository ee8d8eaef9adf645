// The table of addresses that a hostile subscriber tries, with similar public ones.

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  isAllowedAddress,
  isAllowedAnswer,
  parseNetworks,
  urlLengthMax,
  vetEndpoint
} from '../src/address-vetting.ts'

const closed = { allowHttp: false, allowNetworks: [] }
const withHttp = { allowHttp: true, allowNetworks: [] }
const local = {
  allowHttp: true,
  allowNetworks: parseNetworks(['127.0.0.0/8', '::1/128', '10.1.0.0/16'])
}

describe('addresses', () => {
  it.each([
    '8.8.8.8',
    '1.1.1.1',
    '93.184.216.34',
    '172.15.255.255',
    '172.32.0.1',
    '192.167.255.255',
    '11.0.0.1',
    '100.63.255.255',
    '100.128.0.1',
    '2001:4860:4860::8888',
    '2606:4700:4700::1111',
    '::ffff:8.8.8.8',
    '64:ff9b::8.8.8.8',
    '64:ff9b::5db8:d822'
  ])('allows the public %s', address => expect(isAllowedAddress(address, closed)).toBe(true))

  it.each([
    '0.0.0.0',
    '0.1.2.3',
    '10.0.0.1',
    '100.64.0.1',
    '100.100.100.200',
    '127.0.0.1',
    '127.255.255.254',
    '169.254.0.1',
    '169.254.169.254',
    '172.16.0.1',
    '172.31.255.255',
    '192.0.0.1',
    '192.0.0.192',
    '192.0.2.1',
    '192.88.99.1',
    '192.168.0.1',
    '198.18.0.1',
    '198.19.255.255',
    '198.51.100.1',
    '203.0.113.1',
    '224.0.0.1',
    '239.255.255.255',
    '240.0.0.1',
    '255.255.255.255',
    '168.63.129.16',
    '::',
    '::1',
    '::127.0.0.1',
    '::8.8.8.8',
    '::808:808',
    '::ffff:127.0.0.1',
    '::ffff:7f00:1',
    '::ffff:10.0.0.1',
    '::ffff:0:127.0.0.1',
    '0000:0000:0000:0000:0000:ffff:7f00:0001',
    '64:ff9b::ac1c:5',
    '64:ff9b::127.0.0.1',
    '64:ff9b::a9fe:a9fe',
    '64:ff9b::168.63.129.16',
    '64:ff9b::1:808:808',
    '64:ff9b:1::1',
    '64:ff9b:1::8.8.8.8',
    '100::1',
    '2001::1',
    '2001:0:4136:e378:8000:63bf:3fff:fdd2',
    '2001:2::1',
    '2001:10::1',
    '2001:20::1',
    '2001:db8::1',
    '2002:a00:1::1',
    '2002:808:808::1',
    '3fff::1',
    '4000::1',
    '5f00::1',
    'fc00::1',
    'fd00:ec2::254',
    'fe80::1',
    'fe80::1%eth0',
    'fec0::1',
    'ff02::1',
    '',
    'localhost',
    '1.2.3.4.5',
    '8.8.8.8%1'
  ])('refuses %j', address => expect(isAllowedAddress(address, closed)).toBe(false))

  it('judges a translated address by the IPv4 address in it, and opens no network of the operator through it', () => {
    const octets = fc
      .tuple(fc.nat(255), fc.nat(255), fc.nat(255), fc.nat(255))
      .map(four => four.join('.'))
    fc.assert(
      fc.property(
        octets,
        v4 => isAllowedAddress(`64:ff9b::${v4}`, closed) === isAllowedAddress(v4, closed)
      ),
      { numRuns: 1_000 }
    )
    expect(isAllowedAddress('64:ff9b::10.1.2.3', local)).toBe(false)
  })
  it('allows networks that the operator names, and nothing next to them', () => {
    expect(isAllowedAddress('127.0.0.1', local)).toBe(true)
    expect(isAllowedAddress('::ffff:127.0.0.1', local)).toBe(true)
    expect(isAllowedAddress('::1', local)).toBe(true)
    expect(isAllowedAddress('10.1.2.3', local)).toBe(true)
    expect(isAllowedAddress('10.2.0.1', local)).toBe(false)
    expect(isAllowedAddress('169.254.169.254', local)).toBe(false)
  })
  it('refuses a whole answer if one address in it is not allowed, and an empty one', () => {
    expect(isAllowedAnswer(['8.8.8.8', '1.1.1.1'], closed)).toBe(true)
    expect(isAllowedAnswer(['8.8.8.8', '10.0.0.1'], closed)).toBe(false)
    expect(isAllowedAnswer(['2001:4860:4860::8888', '::1'], closed)).toBe(false)
    expect(isAllowedAnswer([], closed)).toBe(false)
  })
  it('names the network that it cannot parse', () => {
    expect(() => parseNetworks(['10.0.0.0/8', '10.0.0.0'])).toThrow(/10\.0\.0\.0$/)
    expect(() => parseNetworks(['10.0.0.0/33'])).toThrow(TypeError)
  })
})

describe('endpoints', () => {
  it.each([
    'https://partner.example/hook',
    'https://partner.example:8443/hook?x=1',
    'https://8.8.8.8/',
    'https://[2001:4860:4860::8888]/'
  ])('takes %s', url => expect(vetEndpoint(url, closed).ok).toBe(true))

  it.each([
    ['', 'not-a-url'],
    ['partner.example/hook', 'not-a-url'],
    ['https://', 'not-a-url'],
    ['https://[127.0.0.1]/', 'not-a-url'],
    ['https://[fe80::1%25eth0]/', 'not-a-url'],
    ['http://partner.example/', 'scheme-not-allowed'],
    ['ftp://partner.example/', 'scheme-not-allowed'],
    ['file:///etc/passwd', 'not-a-url'],
    ['javascript:alert(1)', 'not-a-url'],
    ['https://user@partner.example/', 'credentials-in-url'],
    ['https://user:pw@partner.example/', 'credentials-in-url'],
    ['https://a@127.0.0.1/', 'credentials-in-url'],
    ['https://1:2@[::1]:9876/', 'credentials-in-url'],
    ['https://partner.example/#x', 'fragment-in-url'],
    [`https://partner.example/${'x'.repeat(urlLengthMax)}`, 'too-long'],
    ['https://127.0.0.1/', 'address-not-public'],
    ['https://2130706433/', 'address-not-public'],
    ['https://0x7f.1/', 'address-not-public'],
    ['https://0177.0.0.1/', 'address-not-public'],
    ['https://127.1/', 'address-not-public'],
    ['https://１２７.０.０.１/', 'address-not-public'],
    ['https://[::1]/', 'address-not-public'],
    ['https://[::ffff:7f00:1]/', 'address-not-public'],
    ['https://[0000:0000:0000:0000:0000:ffff:7f00:0001]/', 'address-not-public'],
    ['https://169.254.169.254/latest/meta-data/', 'address-not-public'],
    ['https://[fd00:ec2::254]/', 'address-not-public']
  ])('refuses %s as %s', (url, reason) => {
    const judged = vetEndpoint(url, closed)
    expect(judged).toMatchObject({ ok: false, reason })
    // The detail for the subscriber contains no address.
    if (!judged.ok) expect(judged.detail).not.toMatch(/\d+\.\d+\.\d+\.\d+|::/)
  })
  it('accepts http only if it is allowed', () => {
    expect(vetEndpoint('http://partner.example/', withHttp).ok).toBe(true)
    expect(vetEndpoint('http://127.0.0.1:9000/', withHttp)).toMatchObject({
      ok: false,
      reason: 'address-not-public'
    })
    expect(vetEndpoint('http://127.0.0.1:9000/', local).ok).toBe(true)
  })
})

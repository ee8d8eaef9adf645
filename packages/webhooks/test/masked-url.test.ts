import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { hideEchoes, hideUrlSecrets } from '../src/masked-url.ts'

describe('a masked address', () => {
  it.each([
    ['https://partner.example/hook', 'https://partner.example/hook'],
    ['https://partner.example:8443/a/b?token=s3cret&x=1', 'https://partner.example:8443/a/b?***'],
    ['https://user:pass@partner.example/hook?k=v', 'https://partner.example/hook?***'],
    ['https://partner.example/?s3cret', 'https://partner.example/?***'],
    ['https://partner.example/hook#s3cret', 'https://partner.example/hook'],
    ['no url: s3cret', '***']
  ])('%s is shown as %s', (url, shown) => {
    expect(hideUrlSecrets(url)).toBe(shown)
  })
})

describe('a text returned by a receiver', () => {
  const url = 'https://partner.example/hook?token=s3cret%2Fword&short=ab'
  it.each([
    ['it asked for /hook?token=s3cret%2Fword&short=ab today', 'it asked for /hook?*** today'],
    ['your token s3cret/word is not known', 'your token *** is not known'],
    ['{"token":"s3cret%2Fword"}', '{"token":"***"}'],
    ['cut off: s3cret/wo', 'cut off: ***'],
    ['nothing of it, not even ab', 'nothing of it, not even ab']
  ])('%s is shown as %s', (text, shown) => {
    expect(hideEchoes(text, url)).toBe(shown)
  })

  it('contains no value of the query, wherever it occurs', () => {
    const word = fc.stringMatching(/^[A-Za-z0-9%/+ =&-]{6,20}$/)
    fc.assert(
      fc.property(
        fc.array(word, { minLength: 1, maxLength: 3 }),
        fc.string(),
        fc.string(),
        (values, before, after) => {
          const asked = new URL('https://partner.example/hook')
          for (const [i, value] of values.entries()) asked.searchParams.set(`k${i}`, value)
          const echo = hideEchoes(
            `${before}${asked.search}${after}${values.join(after)}`,
            asked.href
          )
          for (const value of values)
            if (!before.includes(value) && !after.includes(value)) expect(echo).not.toContain(value)
        }
      )
    )
  })
})

import { afterEach, describe, expect, it } from 'vitest'
import { readHeadline, readTexts } from '../../src/words/alert-words.ts'
import { loadWords, speak } from '../../src/words/words.ts'
import { anAlert } from '../support/an-alert.ts'

const fr = {
  headline: 'Siège de Diosso',
  explanation: 'Deux critères sur trois.',
  measure: 'critères remplis',
  levels: ['partiel']
}

afterEach(() => speak('en'))

describe('the words of an alert', () => {
  it('are those of the language in use', async () => {
    const alert = anAlert({ inLanguages: { fr } })
    expect([readTexts(alert).language, readHeadline(alert)]).toEqual(['en', 'Siege of Diosso'])
    await loadWords('shell')
    await speak('fr')
    expect(readTexts(alert)).toEqual({ ...fr, language: 'fr' })
    expect(readHeadline(alert)).toBe(fr.headline)
  })

  it('of an older alert are those of the suite, and say so', async () => {
    await speak('fr')
    expect(readTexts(anAlert())).toMatchObject({ language: 'en', headline: 'Siege of Diosso' })
  })
})

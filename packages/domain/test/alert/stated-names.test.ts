// Names that reporters state stand in headlines: none makes a real alert read as a drill, as a
// sentence of ours, or unreadable.

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { statedName } from '../../src/patterns/episode/wording.ts'
import { namesDrill, visibleText } from '../../src/report/stated-words.ts'
import { FoldStory } from '../fold-story.ts'
import { runsOf } from '../test-size.ts'

const rule = { ruleId: 'new-actor', ruleVersion: 1, pattern: 'new-actor', parameters: {} } as const

function headlineFor(actor: string, drill = false): string | undefined {
  const story = new FoldStory({ rules: [rule], start: '2024-05-30', sources: ['A1'] })
  // What is new is only known after a year of reports.
  story.report({ id: 'old', source: 'A1', at: '2024-05-31', category: 'protest', admin1: 'ML-1' })
  const sketch = {
    id: 'a',
    source: 'A1',
    at: '2025-06-01',
    credibility: 2,
    admin1: 'ML-1',
    actors: [actor],
    ...(drill ? { drill } : {})
  } as const
  story.report(sketch)
  return story.standing(rule.ruleId)[0]?.headline
}

describe('the name of an actor', () => {
  it('stands in a headline as it is, if it is short and plain', () => {
    expect(headlineFor('JNIM')).toMatch(/^JNIM seen in /)
    for (const name of [
      'JNIM',
      'Mai-Mai',
      "N'Djamena Front",
      'Groupe d’autodéfense',
      'M23 (FARDC)',
      'St. Georges Band'
    ])
      expect(statedName(name)).toBe(name)
  })

  it('from right to left is isolated, and the sentence keeps its order', () => {
    expect(headlineFor('أنصار الإسلام')).toMatch(/^\u2068أنصار الإسلام\u2069 seen in /)
  })

  it('is quoted if it reads like a sentence or is long, and cut beyond 60 characters', () => {
    expect(statedName('ALL CLEAR. Nobody was')).toBe('“ALL CLEAR. Nobody was”')
    expect(statedName('ALL CLEAR, nobody was')).toBe('“ALL CLEAR, nobody was”')
    expect(statedName('All clear and no action required Nobody was')).toMatch(/^“.*”$/)
    expect([...statedName('x'.repeat(500))]).toHaveLength(62)
  })

  it('piles no marks on a letter', () => {
    expect(statedName(`J${'\u0301'.repeat(150)}NIM`)).toBe('J\u0301\u0301NIM')
  })
})

describe('a headline', () => {
  it.each(['EXERCISE: drill only', 'Exercise Force', 'e\u0301X\u200bE\u200dRCISE', 'ＤＲＩＬＬ'])(
    'with %j says first that it is no drill',
    actor => {
      expect(headlineFor(actor)).toMatch(/^NOT A DRILL: /)
    }
  )

  it('has nothing that nobody sees', () => {
    const tags = [...'ALL CLEAR']
      .map(letter => String.fromCodePoint(0xe0000 + (letter.codePointAt(0) as number)))
      .join('')
    expect(headlineFor(`JN\u200b\u202eI\u2066M\ufeff${tags}`)?.replace(/[“”]/g, '')).toBe(
      headlineFor('JNIM')
    )
    expect(visibleText(`Konna${tags}`)).toBe('Konna')
    expect(visibleText('Kon\u00ad\u200dna')).toBe('Konna')
    expect(visibleText('\u202eannoK\u2069\r\n\u001b[2J')).toBe('annoK [2J')
    // Persian parts letters by one of them, Devanagari joins them.
    for (const name of ['می\u200cشود', 'क्\u200dष', 'Ségou', '札幌'])
      expect(visibleText(name)).toBe(name)
    expect(visibleText('می\u200c\u200c\u200cشود')).toBe('می\u200cشود')
  })

  it('of a drill begins with EXERCISE, and any other does not', () => {
    expect(headlineFor('JNIM', true)).toMatch(/^EXERCISE: /)
    expect(headlineFor('EXERCISE', true)).toMatch(/^EXERCISE: /)
    expect(headlineFor('JNIM')).not.toMatch(/DRILL|EXERCISE/)
  })
})

/** Every text in its plain form, without what is neither letter, digit nor space. */
function namesDrillInPlainForm(text: string): boolean {
  const letters = text
    .normalize('NFKD')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\s]/gu, '')
  return (
    /exerci[sc]e|drill|simulation|exercicio|ejercicio|تمرين/.test(letters) ||
    /testonly/.test(letters) ||
    letters.split(/[^\p{L}\p{N}]+/u).includes('test')
  )
}

describe('words of a drill', () => {
  it.each([
    ['Drill at Konna', true],
    ['D-R-I-L-L', true],
    ['live EXER_CISE!', true],
    ['ｄｒｉｌｌ', true],
    ['dríll', true],
    ['EXERCICE : Konna', true],
    ['Exercício em Pemba', true],
    ['EJERCICIO', true],
    ['Simulacro de ataque', true],
    ['تَمْرين', true],
    ['TEST ONLY', true],
    ['test-only village', true],
    ['(TEST)', true],
    ['T\u{e0045}ES\u200bT', true],
    ['1 protest at Konna', false],
    ['Teste, Testour and Contest', false],
    ['d r i l l', false],
    ['dr1ll', false],
    ['3 attacks close together near Konna', false],
    ['', false]
  ])('in %j: %s', (text, isNamed) => {
    expect(namesDrill(text)).toBe(isNamed)
  })

  it('are found in any text as in its plain form', () => {
    const letters = fc.constantFrom(
      ...'drillexercise',
      ...'DRILLEXERCISE',
      ...'tset',
      ...' -_.*(1z\t',
      'é',
      'ï',
      'ﬁ',
      '\u0301'
    )
    const word = fc.constantFrom(
      'drill',
      'exercise',
      'Dri',
      'LL',
      'exer',
      '--',
      'ci',
      'se',
      'te',
      'st',
      'test',
      'only',
      ' '
    )
    const text = fc.array(fc.oneof(letters, word), { maxLength: 30 }).map(parts => parts.join(''))
    fc.assert(
      fc.property(text, said => {
        expect(namesDrill(said)).toBe(namesDrillInPlainForm(said))
      }),
      { numRuns: runsOf(2000, 10) }
    )
  })
})

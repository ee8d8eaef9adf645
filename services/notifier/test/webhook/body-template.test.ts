// Templates of webhooks: what they give, and what bounds them.

import { describe, expect, it } from 'vitest'
import {
  expressionsMax,
  findTemplateFaults,
  renderTemplate,
  templateMax
} from '../../src/webhook/body-template.ts'

const event = {
  type: 'tocsin.alert.raised.v1',
  sequence: 7,
  data: { headline: 'A "siege"\n', severity: 'extreme', evidence: [{ id: 'a' }, { id: 'b' }] }
}
const render = (template: unknown) => JSON.parse(renderTemplate(template, event))

describe('a template', () => {
  it('gives texts as they are and expressions as their values, at any place', () => {
    const template = {
      text: 'fixed = text',
      title: '=event.data.headline + "!"',
      priority: '=event.data.severity == "extreme" ? "P1" : "P3"',
      list: ['= event.data.evidence.map(each, each.id)', 2, null, true],
      whole: { event: '=event' },
      ids: '=event.data.evidence.map(each, each.id).join(", ")',
      words: '=event.data.headline.split(" ").join("-")',
      count: '=size(event.data.evidence)',
      own: '={"sequence": event.sequence, "isNew": event.type.contains("raised")}'
    }
    expect(findTemplateFaults(template)).toEqual([])
    expect(render(template)).toEqual({
      text: 'fixed = text',
      title: 'A "siege"\n!',
      priority: 'P1',
      list: [['a', 'b'], 2, null, true],
      whole: { event },
      ids: 'a, b',
      words: 'A-"siege"\n',
      count: 2,
      own: { sequence: 7, isNew: true }
    })
  })

  it('gives null where an event lacks what is read, and for what is too large', () => {
    expect(render({ a: '=event.data.nothing.more', b: '=has(event.data.x) ? 1 : 2' })).toEqual({
      a: null,
      b: 2
    })
    const large = { data: { text: 'x'.repeat(200_000) } }
    const body = renderTemplate(['=event.data.text', '=event.data.text', '=1'], large)
    expect(JSON.parse(body)).toEqual([large.data.text, null, 1])
  })

  it.each([
    ['=event.', /no valid expression/],
    ['=unknown.name', /no valid expression/],
    ['=event.a.matches("(a+)+$")', /calls matches\(\)/],
    ['=cel.bind(x, "a", x + x)', /calls bind\(\)/],
    ['=event.a.map(x, x.list.map(y, 1))', /a loop within a loop/],
    ['=event.a.split("")', /empty separator/],
    ['=event.a.split("e").join(event.a)', /no plain text/],
    ['=event.a.split("e").join("eeee").split("e").join("eeee")', /what was split or joined/],
    ['=("e" + event.a.split(",").join("e")).split("e")', /what was split or joined/],
    ['=event.list.filter(x, event.a.split("e").size() > 1)', /within a loop/],
    ['=event.a.split("e").map(x, event.a + event.a)', /reads event within map/],
    [`=event.list.join("${'a'.repeat(101)}")`, /more than 100 characters/],
    [`=${'"a" + '.repeat(60)}"a"`, /no valid expression/],
    [`="${'a'.repeat(1_001)}"`, /at most 1000 characters/]
  ])('%s is refused', (text, detail) => {
    expect(findTemplateFaults({ 'a/b': [text] })).toEqual([
      { pointer: '/a~1b/0', detail: expect.stringMatching(detail) }
    ])
  })

  it('is refused as a whole if it is too large, too deep or has too many expressions', () => {
    const deep = JSON.parse(`${'['.repeat(20)}"=1"${']'.repeat(20)}`)
    const loops = Array(11).fill('=event.list.filter(x, true)')
    const faults = [['x'.repeat(templateMax)], Array(expressionsMax + 1).fill('=1'), deep, loops]
    expect(faults.map(each => findTemplateFaults(each).length)).toEqual([1, 1, 1, 1])
  })

  it('renders the worst that it takes in a moment', () => {
    const list = Array.from({ length: 1_000 }, (_, i) => ({ id: `incident-${i}` }))
    const worst = '=event.list.filter(x, event.list.size() > 0 && x.id.contains("9")).size()'
    const template = Array(10).fill(worst)
    expect(findTemplateFaults(template)).toEqual([])
    const startedMs = performance.now()
    expect(JSON.parse(renderTemplate(template, { list }))[0]).toBe(271)
    expect(performance.now() - startedMs).toBeLessThan(2_000)
  })
})

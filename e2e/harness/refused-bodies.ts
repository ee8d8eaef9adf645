// Refused bodies, each for a different reason, with a word wherever a sender can put one below
// `private`.

/** Derived from a valid report. Pure. */
export function refusedBodies(report: object, word: string): readonly string[] {
  const good = JSON.stringify(report)
  const inPrivate = (value: unknown) => JSON.stringify({ ...report, private: value })
  return [
    inPrivate({ [`${word} Diallo`]: 1 }),
    inPrivate({ persons: { [`${word} Diallo`]: {} } }),
    inPrivate({ persons: [{ name: 'x', [word]: 1 }] }),
    inPrivate({ persons: [{ name: `${word}\u0007` }] }),
    inPrivate({ persons: [{ alias: word }] }),
    inPrivate({ links: [word] }),
    inPrivate({ links: [`javascript:${word}`] }),
    inPrivate({ narrative: `${word}\u0000` }),
    inPrivate({ narrative: word.repeat(2000) }),
    inPrivate({ narrative: { [word]: word } }),
    inPrivate(word),
    JSON.stringify({ ...report, persons: { [word]: word } }),
    JSON.stringify({ ...report, category: word }),
    JSON.stringify({ ...report, location: { name: word } }),
    good.replace('"links"', `"${word}":1,"${word}":2,"links"`),
    good.replace('"links"', `"__proto__":{"${word}":2},"links"`),
    good.replace('"links"', `"${word}":1e999,"links"`),
    good.slice(0, -5),
    `${good}${word}`,
    word,
    `"${word}"`,
    `[${good}]`
  ]
}

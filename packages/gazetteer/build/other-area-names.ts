// English names of areas that conflict data use and neither the map nor the list of codes has.

export const otherAreaNames: Readonly<Record<string, readonly string[]>> = {
  'ES-AN': ['Andalusia'],
  'ES-CT': ['Catalonia'],
  'ES-PV': ['Basque Country'],
  'LK-1': ['Western Province'],
  'LK-2': ['Central Province'],
  'LK-3': ['Southern Province'],
  'LK-4': ['Northern Province'],
  'LK-5': ['Eastern Province'],
  'LK-6': ['North Western Province'],
  'LK-7': ['North Central Province'],
  'LK-8': ['Uva Province'],
  'LK-9': ['Sabaragamuwa Province'],
  'MM-18': ['Naypyidaw', 'Naypyidaw Union Territory', 'Nay Pyi Taw Union Territory'],
  'SO-JD': ['Middle Juba', 'Middle Jubba'],
  'SO-JH': ['Lower Juba', 'Lower Jubba'],
  'SO-SD': ['Middle Shabelle', 'Middle Shebelle'],
  'SO-SH': ['Lower Shabelle', 'Lower Shebelle']
}

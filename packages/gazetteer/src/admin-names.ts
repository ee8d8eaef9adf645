// First-level areas of ISO 3166-2 by code, with the names and aliases by which reporters call them. Countries that are not here are not held.
// Burkina Faso's provinces and the names that its regions took in 2025 are aliases of the regions that ISO 3166-2 lists; a new region that was
// cut from an old one is an alias of the old one.

export const adminNames: Readonly<Record<string, readonly string[]>> = {
  'ML-1': ['Kayes'],
  'ML-2': ['Koulikoro'],
  'ML-3': ['Sikasso'],
  'ML-4': ['Ségou', 'Segu'],
  'ML-5': ['Mopti'],
  'ML-6': ['Tombouctou', 'Timbuktu'],
  'ML-7': ['Gao'],
  'ML-8': ['Kidal'],
  'ML-9': ['Ménaka'],
  'ML-10': ['Taoudénit', 'Taoudenni', 'Taoudéni'],
  'ML-BKO': ['Bamako'],
  'BF-01': [
    'Boucle du Mouhoun',
    'Bankui',
    'Sourou',
    'BF-BAL',
    'Balé',
    'BF-BAN',
    'Banwa',
    'BF-KOS',
    'Kossi',
    'BF-MOU',
    'Mouhoun',
    'BF-NAY',
    'Nayala',
    'BF-SOR'
  ],
  'BF-02': ['Cascades', 'Tannounyan', 'BF-COM', 'Comoé', 'BF-LER', 'Léraba'],
  'BF-03': ['Centre', 'Kadiogo', 'BF-KAD'],
  'BF-04': ['Centre-Est', 'Nakambé', 'BF-BLG', 'Boulgou', 'BF-KOP', 'Koulpélogo', 'BF-KOT', 'Kouritenga'],
  'BF-05': ['Centre-Nord', 'Kuilsé', 'BF-BAM', 'Bam', 'BF-NAM', 'Namentenga', 'BF-SMT', 'Sanmatenga'],
  'BF-06': ['Centre-Ouest', 'Nando', 'BF-BLK', 'Boulkiemdé', 'BF-SNG', 'Sanguié', 'BF-SIS', 'Sissili', 'BF-ZIR', 'Ziro'],
  'BF-07': ['Centre-Sud', 'Nazinon', 'BF-BAZ', 'Bazèga', 'BF-NAO', 'Nahouri', 'BF-ZOU', 'Zoundwéogo'],
  'BF-08': [
    'Est',
    'Goulmou',
    'Sirba',
    'BF-GNA',
    'Gnagna',
    'BF-GOU',
    'Gourma',
    'BF-KMD',
    'Komondjari',
    'BF-KMP',
    'Kompienga',
    'BF-TAP',
    'Tapoa'
  ],
  'BF-09': ['Hauts-Bassins', 'Guiriko', 'BF-HOU', 'Houet', 'BF-KEN', 'Kénédougou', 'BF-TUI', 'Tuy'],
  'BF-10': ['Nord', 'Yaadga', 'BF-LOR', 'Loroum', 'BF-PAS', 'Passoré', 'BF-YAT', 'Yatenga', 'BF-ZON', 'Zondoma'],
  'BF-11': ['Plateau-Central', 'Oubri', 'BF-GAN', 'Ganzourgou', 'BF-KOW', 'Kourwéogo', 'BF-OUB', 'Oubritenga'],
  'BF-12': ['Sahel', 'Liptako', 'BF-OUD', 'Oudalan', 'BF-SEN', 'Séno', 'BF-SOM', 'Soum', 'BF-YAG', 'Yagha'],
  'BF-13': ['Sud-Ouest', 'Djôrô', 'BF-BGR', 'Bougouriba', 'BF-IOB', 'Ioba', 'BF-NOU', 'Noumbiel', 'BF-PON', 'Poni'],
  'NE-1': ['Agadez'],
  'NE-2': ['Diffa'],
  'NE-3': ['Dosso'],
  'NE-4': ['Maradi'],
  'NE-5': ['Tahoua'],
  'NE-6': ['Tillabéri', 'Tillabery'],
  'NE-7': ['Zinder'],
  'NE-8': ['Niamey']
}

/** Names of the countries whose areas are held. */
export const countryNames: Readonly<Record<string, readonly string[]>> = {
  ML: ['Mali', 'République du Mali'],
  BF: ['Burkina Faso', 'Burkina'],
  NE: ['Niger', 'République du Niger']
}

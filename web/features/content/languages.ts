/** Languages offered for new editions and filters; any other BCP 47 code can come by import. */
export const contentLanguages = ['pl', 'en', 'de', 'fr', 'es', 'it', 'uk', 'cs', 'sk', 'lt', 'pt', 'nl', 'sv'] as const

/** How a stay is told to the elder in one sentence. */
import type { ComposerTranslation } from 'vue-i18n';
import type { Formats } from '../../parts/format.ts';
import type { Stay } from '../../parts/respite/stays.ts';

export function sentenceOf(t: ComposerTranslation, f: Formats, stay: Stay): string {
  return t(`respite.sentences.${stay.state}`, {
    place: stay.waiting?.place ?? '',
    of: stay.waiting?.of ?? '',
    until: stay.answerBy ? f.moment(stay.answerBy) : '',
    nights: stay.nightsStayed ?? stay.nights,
  });
}

/** Stems of words that every description of data uses: a sentence takes nothing from its facts by them. Pure data. */
import { contentStems } from '../summary/passages.ts';

/** Stems of words that every description of data uses. */
export const PLAIN_STEMS = new Set(
  contentStems(
    'records recording recorded files contains contain holds hold holding stores stored store provides available comprise comprises consists collection described describes description neurophysiology total sampled sampling rates rate series tables table listed lists named counts counted sessions subjects animals measured measurements present duration lasting seconds number numbers across entire each together distributed shared released licence cited cite number located locations brain region regions areas signals according owners report inference suggests holding totals range ranges median types kinds units stated gives given taken took part apiece along every combine combines whereas instead likewise written version standard format again carried support supported labels label needs need care names name groups group form found following follows said unless contents content differ differs difference size largest greatest question questions states state asks ask answer neither title read reader readers use used using stop note notes kinds same equal cannot',
  ),
);

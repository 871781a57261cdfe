/**
 * A built-in file that warms up the walker's code before the first response of a process arrives. Written by
 * libhdf5 in the old format, as most files of the archive are: groups with symbol tables, a chunked and a
 * contiguous dataset each, attributes of fixed and of variable length. 26 KB, compressed.
 */
import { gunzipSync } from 'node:zlib';

const COMPRESSED = [
  'H4sIAAAAAAACA+2cv3PbNhTHHylZpiU5Vnq9i9ql6I/Bg69RW7fxFjv+EQ+9xBfnHF2XiJEgi4lEqiQUK12auy7ulj+hY0aPGTtm1Jg/',
  'oEPGjt3cIwlQBCWGUkMrtf0+GWBQ8OMj9AAD3wfm992tncX8p3lw0TTIQgnCnHL+pHJdfF7jpcLLY16+VMX1rPdZmV8vcfsk49df8ev3',
  '721vu61PI4j7vM36pQbIZWR3e2PPLau8XuHla1VuZzSoyYymQW2/fkhNautt0Os/9wzHYIZlSvG6nHDfqzxeo3FdhF1uZwk+Bg1M2rOt',
  'hs70h+xZlwJ88rni/WYpuJcm3Xc+FMyKZC/v29M71OnqdT7sEu1lQ/ZU73rO/0wR95DbZ6Ds/Rxndw40r66q/mWNj+CMIoayPE98FLL/',
  '+C/tybDH/h/s37m7pUAGiPgeV+R5a8Drf3/tl2K+quTkdsJANSfPR28yl2McKt6/Yf+I8RHtl+h4Fe37OdleW3/klY7xC3VC/bz+n/07',
  'q7gvncu4T+L25t0fldBjSfMTANx5cGvHaFNQw/MMANQtm/r9KfrVxzKp1G6Tlzpp648sW2eW/YwcGaxFdNK2zEPiTnQrpGnZhNE+c4jV',
  'JB3LpoS1dJPopEmPSJsyRm2Hfz8+ebFuMDp0n9oG9T+GXIyf4nluBP443m+592HkSHdIR29Q0uuuCO9cdzwXqe0707EcFox34cdTq83c',
  'Wy8k+JWP8auQkl/FGL8WE/y6EuPXUkp+lWL8Ehwv4toGQRAEQRAEQRBkFmSG0of382ao7u4J+0q91jo5rNW6ANnfFOwwBEEQBLkAJOXd',
  'yRd+WcKuupT4eVM1yHsMcu9uL+Kk9SX2XRgF5iN5ST+dqCj+BZFfE+NP5Cmvks94bobANQ2u/crbBXnKjOoZKADx6oqU91SgQZttndEg',
  'rxfkM1W1/xUEtxbpnzH5zL0zm3eUMfNO3DxDynI9mo9EEARBEOQirp/GnzuLnttL2s8sf4v7mctM9FyiOA9aui63E+fY2JHlly2b0tD5',
  'uLWp43du7Dn47nd8Xa5MFr/H32P8YvyOxu/gG7mdexTdLR2m28wwDx8yo/M+8SvOTwsdoHUdILSdhRe8fsL9COL8vtxujderB3Ic127J',
  '7Y55/eXWxfr+xN+taH+97/sE+eEl76xlmu8T5CR7Rc9egzp12+gG71Mk2bsRsjfvXV+I6CH+mxiKKushUV1E1If6yE1udh1WC7B6mhmv',
  'jwx1j8zgh2GoqcKrqO5R5CfQ3Xnbfd6eabBJnnMu9JxaaJ7XNvj4DSJBe6fO1l+dTGfb28A5cVRXUifWlQSVyOn+uEz3ejn6d12OU3w/',
  'DUEQBEEQ5HwwXO8XvPV+3TKfUtsR25vYfYa8Tvzn5mied/z7p4n7FjWyb1H2yuNWmKP7lkqwbymCBrab/HXXtRoEeeSwP5WesHQ2ed44',
  '3YtsT6d7rd1G3Qt1r1Hd6/XW2epewf//ENGj0tRrFlLWa/Ip6zWFD6vXPN+dkV5TDM1Pr+5Np9cs70ym18A+juU09JrqhHpNC/UaBEEQ',
  'BEEQ1Gtmotf0L5ReMziYTq95W0W9BvWaUb2mfzAbvSZ6zihNvWYxZb3mSsp6zdKH1WsqP81IrymF5qdWYzq95s2DyfSakwaO5TT0mucT',
  '6jUvUK9BEARBEARBvWYmes0f51Kv+RdoRACuwGUAAA==',
].join('');

/** The bytes of the file. */
export function readBuiltinFile(): Uint8Array {
  return new Uint8Array(gunzipSync(Buffer.from(COMPRESSED, 'base64')));
}

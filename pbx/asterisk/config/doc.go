// Package config renders a complete configuration for a private Asterisk that
// does nothing but what Yihaotong needs: PJSIP trunks, phones pushed over ARI
// into memory, one Stasis application, recordings of inbound calls.
//
// Everything not asked for is refused: only the listed modules are loaded,
// unknown peers get no call, phones cannot dial, and every listener is on the
// loopback address unless told otherwise. What the renderer writes it may
// overwrite; an operator's own additions go into extensions_local.conf,
// pjsip_local.conf and modules_local.conf beside the rendered files, which are
// included when they are there.
package config

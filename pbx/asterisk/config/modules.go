package config

// modules are the only ones loaded, in the order of loading. Left out on
// purpose: anonymous endpoints, REFER (phones transfer through us), presence,
// voicemail, every other channel driver.
var modules = []string{
	"pbx_config", "res_timing_timerfd", "res_crypto",
	"res_sorcery_config", "res_sorcery_memory", "res_sorcery_astdb",
	"res_http_websocket", "res_websocket_client", "res_security_log", "res_clialiases",

	"res_pjproject", "res_pjsip", "res_pjsip_session", "res_pjsip_sdp_rtp",
	"res_pjsip_endpoint_identifier_ip", "res_pjsip_endpoint_identifier_user",
	"res_pjsip_authenticator_digest", "res_pjsip_outbound_authenticator_digest",
	"res_pjsip_registrar", "res_pjsip_outbound_registration",
	"res_pjsip_nat", "res_pjsip_pubsub", "res_pjsip_path", "res_pjsip_acl", "res_pjsip_rfc3326",
	"res_pjsip_caller_id", "res_pjsip_diversion", "res_pjsip_dlg_options",
	"res_pjsip_dtmf_info", "res_pjsip_header_funcs", "res_pjsip_logger",
	"res_pjsip_transport_websocket", "res_pjsip_sips_contact",
	"chan_pjsip", "chan_bridge_media", "res_rtp_asterisk", "res_srtp",

	"res_stasis", "res_stasis_answer", "res_stasis_playback", "res_stasis_recording",
	"res_stasis_snoop", "res_stasis_device_state", "app_stasis",
	"res_ari_model", "res_ari", "res_ari_applications", "res_ari_asterisk",
	"res_ari_bridges", "res_ari_channels", "res_ari_device_states", "res_ari_endpoints",
	"res_ari_events", "res_ari_playbacks", "res_ari_recordings", "res_ari_sounds",

	"res_prometheus", // nothing else tells whether we are registered with a carrier

	"cel_custom", "res_cdrel_custom",

	// Every bridge is mixed. Debian's Asterisk drops packets whose sequence
	// number lies behind that of another speaker before, in whatever it has
	// to translate, for up to eleven minutes: after a transfer the recording,
	// or a customer with another codec, would not hear the new agent. What
	// softmix sends bears no sequence numbers. See DECISIONS.md.
	"res_musiconhold", "bridge_softmix", "bridge_holding",
	"bridge_builtin_features",
	"codec_ulaw", "codec_alaw", "codec_a_mu", "codec_g722", "codec_resample",
	"codec_opus_open_source", "res_format_attr_opus",
	"format_wav", "format_pcm", "format_sln",

	// app_mixmonitor needs func_periodic_hook, which needs app_chanspy and the
	// functions cut, groupcount and uri.
	"func_channel", "func_callerid", "func_logic", "func_strings", "func_env",
	"func_math", "func_cut", "func_groupcount", "func_uri", "func_periodic_hook",
	"app_exec", "app_chanspy", "app_mixmonitor", "app_playback", "app_verbose", "app_stack",
}

package directory

// usualContacts are whom every hotline refers callers to (the construction
// guide for 12328: emergencies are told at once and led on, others are told).
// The levels above have no number until the administrator gives them one.
var usualContacts = []Contact{
	{
		Code: "12122", Name: "高速公路救援", NameEN: "Motorway rescue", Kind: Referral, Numbers: []string{"12122"},
		Emergency: true, Told: true, Transfer: true, Active: true, Category: "01",
		Words: "高速公路救援请拨打12122，我现在为您转接，请不要挂机。", WordsEN: "For motorway rescue dial 12122. I am putting you through; please stay on the line.",
	},
	{
		Code: "12395", Name: "海上搜救", NameEN: "Search and rescue at sea", Kind: Referral, Numbers: []string{"12395"},
		Emergency: true, Told: true, Transfer: true, Active: true, Category: "05",
		Words: "水上遇险请拨打12395，我现在为您转接，请不要挂机。", WordsEN: "For distress at sea dial 12395. I am putting you through; please stay on the line.",
	},
	{
		Code: "12306", Name: "铁路客服", NameEN: "Railways", Kind: Referral, Numbers: []string{"12306"}, Told: true, Transfer: true, Active: true, Category: "08",
		Words: "铁路业务由12306受理，请您拨打12306。", WordsEN: "Railways are served by 12306. Please dial 12306.",
	},
	{
		Code: "12305", Name: "邮政业申诉", NameEN: "Post and parcels", Kind: Referral, Numbers: []string{"12305"}, Told: true, Transfer: true, Active: true, Category: "10",
		Words: "邮政、快递业务由12305受理，请您拨打12305。", WordsEN: "Post and parcels are served by 12305. Please dial 12305.",
	},
	{
		Code: "12345", Name: "政务服务便民热线", NameEN: "Government services", Kind: Referral, Numbers: []string{"12345"}, Told: true, Transfer: true, Active: true,
		Words: "您反映的事项由12345受理，请您拨打12345。", WordsEN: "This is a matter for 12345. Please dial 12345.",
	},
	{
		Code: "95583", Name: "中国国际航空", NameEN: "Air China", Kind: Referral, Numbers: []string{"95583"}, Told: true, Active: true, Category: "09",
		Words: "请您拨打国航客服95583。", WordsEN: "Please dial Air China, 95583.",
	},
	{
		Code: "95530", Name: "中国东方航空", NameEN: "China Eastern", Kind: Referral, Numbers: []string{"95530"}, Told: true, Active: true, Category: "09",
		Words: "请您拨打东航客服95530。", WordsEN: "Please dial China Eastern, 95530.",
	},
	{
		Code: "95539", Name: "中国南方航空", NameEN: "China Southern", Kind: Referral, Numbers: []string{"95539"}, Told: true, Active: true, Category: "09",
		Words: "请您拨打南航客服95539。", WordsEN: "Please dial China Southern, 95539.",
	},
	{Code: "province", Name: "省级12328", NameEN: "The province's 12328", Kind: OtherLevel},
	{Code: "ministry", Name: "部级12328", NameEN: "The ministry's 12328", Kind: OtherLevel},
}

// demoContacts make the levels of the demo city reachable, at numbers that the
// demo carrier leads nowhere in particular.
var demoContacts = []Contact{
	{
		Code: "province", Name: "湖南省12328（演示）", NameEN: "Hunan's 12328 (demo)", Kind: OtherLevel, Numbers: []string{"073188880001"}, Transfer: true, Active: true,
		Words: "我为您转接省级12328，请稍候。", WordsEN: "I am putting you through to the province's hotline.",
	},
	{
		Code: "ministry", Name: "部级12328（演示）", NameEN: "The ministry's 12328 (demo)", Kind: OtherLevel, Numbers: []string{"01088880002"}, Transfer: true, Active: true,
		Words: "我为您转接部级12328，请稍候。", WordsEN: "I am putting you through to the ministry's hotline.",
	},
	{
		Code: "zhuzhou", Name: "株洲12328（演示）", NameEN: "Zhuzhou's 12328 (demo)", Kind: OtherSite, Numbers: []string{"073188880003"}, Told: true, Transfer: true, Active: true,
		Words: "我为您转接株洲12328，请稍候。", WordsEN: "I am putting you through to Zhuzhou's hotline.",
	},
	{Code: "duty", Name: "值班手机（演示）", NameEN: "Mobile on duty (demo)", Kind: DutyMobile, Numbers: []string{"13900000001", "13900000002"}, Transfer: true, Active: true},
}

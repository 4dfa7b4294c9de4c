package speech

// letters are the names of Latin letters as Chinese people say them.
var letters = map[rune]string{
	'A': "ei1", 'B': "bi4", 'C': "xi1", 'D': "di4", 'E': "yi4", 'F': "ai2 fu5", 'G': "ji4", 'H': "ai2 qi5",
	'I': "ai4", 'J': "zhei4", 'K': "kei4", 'L': "ai2 lou5", 'M': "ai2 mu5", 'N': "en1", 'O': "ou1", 'P': "pi4",
	'Q': "kiu4", 'R': "a4 er5", 'S': "ai2 si5", 'T': "ti4", 'U': "you1", 'V': "wei1", 'W': "da2 bu5 liu5",
	'X': "ai2 ke5 si5", 'Y': "wai4", 'Z': "zei4",
}

// usual is the reading of polyphones where the dictionary's first one is not
// the most frequent in what an office says.
var usual = map[rune]string{
	'长': "chang2", '处': "chu4", '着': "zhe5", '了': "le5", '的': "de5", '还': "hai2", '得': "de2", '地': "di4",
	'为': "wei4", '子': "zi5", '们': "men5", '吗': "ma5", '呢': "ne5", '吧': "ba5", '啊': "a5", '嘛': "ma5",
	'曾': "ceng2", '率': "lv4", '泊': "bo2", '嗯': "en5", '哦': "o2", '谁': "shei2", '喂': "wei4",
	'那': "na4", '哪': "na3", '什': "shen2", '么': "me5", '过': "guo4", '别': "bie2", '给': "gei3", '没': "mei2",
	'和': "he2", '与': "yu3", '及': "ji2", '车': "che1", '都': "dou1", '会': "hui4", '要': "yao4", '个': "ge4",
	'红': "hong2", '识': "shi2", '价': "jia4", '似': "si4", '阿': "a1", '读': "du2", '咽': "yan4", '她': "ta1",
}

// words are words whose sound cannot be had from their characters: polyphones
// and names of places. The longest that fits is read.
var words = map[string]string{
	// 长
	"班长": "ban1 zhang3", "处长": "chu4 zhang3", "局长": "ju2 zhang3", "站长": "zhan4 zhang3", "队长": "dui4 zhang3",
	"科长": "ke1 zhang3", "市长": "shi4 zhang3", "省长": "sheng3 zhang3", "部长": "bu4 zhang3", "厅长": "ting1 zhang3",
	"船长": "chuan2 zhang3", "增长": "zeng1 zhang3", "成长": "cheng2 zhang3", "家长": "jia1 zhang3", "列车长": "lie4 che1 zhang3",
	// 重
	"重新": "chong2 xin1", "重听": "chong2 ting1", "重复": "chong2 fu4", "重拨": "chong2 bo1", "重试": "chong2 shi4",
	"重录": "chong2 lu4", "重播": "chong2 bo1", "重输": "chong2 shu1", "重庆": "chong2 qing4", "重办": "chong2 ban4",
	// 行
	"银行": "yin2 hang2", "行业": "hang2 ye4", "同行": "tong2 hang2", "行情": "hang2 qing2",
	// 调
	"调整": "tiao2 zheng3", "调解": "tiao2 jie3", "协调": "xie2 tiao2", "调休": "tiao2 xiu1", "空调": "kong1 tiao2",
	"调节": "tiao2 jie2", "下调": "xia4 tiao2", "上调": "shang4 tiao2",
	// 还
	"归还": "gui1 huan2", "退还": "tui4 huan2", "返还": "fan3 huan2", "偿还": "chang2 huan2", "交还": "jiao1 huan2",
	// 了 的 得 着
	"了解": "liao3 jie3", "受不了": "shou4 bu4 liao3", "为了": "wei4 le5", "目的": "mu4 di4", "的士": "di1 shi4",
	"觉得": "jue2 de5", "记得": "ji4 de5", "显得": "xian3 de5", "值得": "zhi2 de5", "着急": "zhao2 ji2", "着手": "zhuo2 shou3",
	"尽快地": "jin3 kuai4 de5", "得了": "de2 le5",
	// 为
	"成为": "cheng2 wei2", "作为": "zuo4 wei2", "认为": "ren4 wei2", "行为": "xing2 wei2", "以为": "yi3 wei2",
	"分为": "fen1 wei2", "为准": "wei2 zhun3", "为止": "wei2 zhi3", "改为": "gai3 wei2", "并为": "bing4 wei2",
	"变为": "bian4 wei2", "视为": "shi4 wei2", "为主": "wei2 zhu3", "为期": "wei2 qi1",
	// 处 分 当 应
	"处理": "chu3 li3", "处罚": "chu3 fa2", "处置": "chu3 zhi4", "处分": "chu3 fen4", "处于": "chu3 yu2", "相处": "xiang1 chu3",
	"部分": "bu4 fen5", "成分": "cheng2 fen4", "过分": "guo4 fen4", "适当": "shi4 dang4", "妥当": "tuo3 dang4",
	"应答": "ying4 da2", "反应": "fan3 ying4", "响应": "xiang3 ying4", "应急": "ying4 ji2", "供应": "gong1 ying4",
	"相应": "xiang1 ying4", "适应": "shi4 ying4", "应用": "ying4 yong4", "应对": "ying4 dui4", "对应": "dui4 ying4",
	// 便 乐 都 更 空 差 量 称 干
	"便宜": "pian2 yi5", "音乐": "yin1 yue4", "首都": "shou3 du1", "成都": "cheng2 du1",
	"更改": "geng1 gai3", "更换": "geng1 huan4", "更新": "geng1 xin1", "变更": "bian4 geng1", "更正": "geng1 zheng4",
	"空闲": "kong4 xian2", "空白": "kong4 bai2", "有空": "you3 kong4", "空座": "kong4 zuo4",
	"出差": "chu1 chai1", "误差": "wu4 cha1", "差异": "cha1 yi4", "差别": "cha1 bie2", "差价": "cha1 jia4", "差额": "cha1 e2",
	"测量": "ce4 liang2", "商量": "shang1 liang5", "对称": "dui4 chen4", "称职": "chen4 zhi2",
	"干扰": "gan1 rao3", "干净": "gan1 jing4", "干涉": "gan1 she4", "干预": "gan1 yu4", "若干": "ruo4 gan1",
	// 假 尽 载 累 塞 只 会 要 种 数 转 中 好 教 结 系 量
	"节假日": "jie2 jia4 ri4", "假期": "jia4 qi1", "假日": "jia4 ri4", "放假": "fang4 jia4", "休假": "xiu1 jia4", "请假": "qing3 jia4",
	"尽快": "jin3 kuai4", "尽量": "jin3 liang4", "尽管": "jin3 guan3", "尽早": "jin3 zao3", "记载": "ji4 zai3", "刊载": "kan1 zai3",
	"积累": "ji1 lei3", "累计": "lei3 ji4", "堵塞": "du3 se4", "阻塞": "zu3 se4", "船只": "chuan2 zhi1", "会计": "kuai4 ji4",
	"要求": "yao1 qiu2", "种植": "zhong4 zhi2", "数落": "shu3 luo5", "中毒": "zhong4 du2", "爱好": "ai4 hao4", "教学": "jiao4 xue2",
	"联系": "lian2 xi4", "关系": "guan1 xi5", "率先": "shuai4 xian1", "关卡": "guan1 qia3", "少年": "shao4 nian2",
	"首发": "shou3 fa1", "倒车": "dao4 che1", "倒闭": "dao3 bi4", "难民": "nan4 min2", "遇难": "yu4 nan4", "遭难": "zao1 nan4",
	"传记": "zhuan4 ji4", "散客": "san3 ke4", "散装": "san3 zhuang1", "宁可": "ning4 ke3", "担子": "dan4 zi5", "模样": "mu2 yang4",
	"露天": "lu4 tian1", "泊位": "bo2 wei4", "湖泊": "hu2 po1", "创伤": "chuang1 shang1", "屏蔽": "ping2 bi4", "强迫": "qiang3 po4",
	"勉强": "mian3 qiang3", "分量": "fen4 liang4", "降服": "xiang2 fu2", "角色": "jue2 se4", "参差": "cen1 ci1", "答应": "da1 ying5",
	"答复": "da2 fu4", "曲折": "qu1 zhe2", "折扣": "zhe2 kou4", "电子": "dian4 zi3", "子女": "zi3 nv3", "分子": "fen4 zi3",
	"女子": "nv3 zi3", "男子": "nan2 zi3", "原子": "yuan2 zi3", "先生": "xian1 sheng5", "女士": "nv3 shi4", "地方": "di4 fang5",
	"时候": "shi2 hou5", "清楚": "qing1 chu5", "朋友": "peng2 you5", "师傅": "shi1 fu5", "东西": "dong1 xi5", "告诉": "gao4 su5",
	"麻烦": "ma2 fan5", "消息": "xiao1 xi5", "意思": "yi4 si5", "客气": "ke4 qi5", "多少": "duo1 shao5", "谢谢": "xie4 xie5",
	"星期一": "xing1 qi1 yi1", "周一": "zhou1 yi1", "统一": "tong3 yi1", "唯一": "wei2 yi1", "一号通": "yi1 hao4 tong1", "一卡通": "yi4 ka3 tong1",
	// names of places
	"长沙": "chang2 sha1", "长春": "chang2 chun1", "长治": "chang2 zhi4", "长株潭": "chang2 zhu1 tan2", "厦门": "xia4 men2", "西藏": "xi1 zang4",
	"六安": "lu4 an1", "六合": "lu4 he2", "蚌埠": "beng4 bu4", "番禺": "pan1 yu2", "丽水": "li2 shui3", "台州": "tai1 zhou1",
	"乐清": "yue4 qing1", "东莞": "dong1 guan3", "涡阳": "guo1 yang2", "枞阳": "zong1 yang2", "铅山": "yan2 shan1",
	"单县": "shan4 xian4", "洪洞": "hong2 tong2", "莘县": "shen1 xian4", "莘庄": "xin1 zhuang1", "浚县": "xun4 xian4",
	"尉犁": "yu4 li2", "大厦": "da4 sha4", "朝阳": "chao2 yang2", "宁夏": "ning2 xia4", "会稽": "kuai4 ji1", "天台": "tian1 tai1",
	"曲阜": "qu1 fu4", "曲靖": "qu3 jing4", "渑池": "mian3 chi2", "柏林": "bo2 lin2", "十堰": "shi2 yan4", "燕山": "yan1 shan1", "新乐": "xin1 le4",
}

// longestWord is the length of the longest word, in characters.
var longestWord = func() int {
	longest := 0
	for w := range words {
		longest = max(longest, len([]rune(w)))
	}
	return longest
}()

## How far an opening has come.

stage-rumour = 소문
stage-test = 시험 중
stage-announced = 발표됨
stage-live = 시행 중
stage-withdrawn = 철회됨

## What is opened.

capability-payment = 결제
capability-links = 외부 링크
capability-miniprogram = 미니 프로그램
capability-ads = 광고
capability-transfer = 송금
capability-messaging = 메시지
capability-meeting = 회의
capability-content = 콘텐츠
capability-login = 로그인
capability-data = 데이터
capability-device = 기기
capability-regulation = 규제
capability-other = 기타

## Names of the languages that articles are in.

language-en = 영어
language-zh = 중국어
language-zh-Hans = 중국어(간체)
language-zh-Hant = 중국어(번체)
language-ja = 일본어
language-ko = 한국어
language-de = 독일어
language-fr = 프랑스어
language-es = 스페인어

## Dates. Values come as text, because a year is no quantity.

date-day = { $year }년 { $month }월 { $day }일
date-time = { $date } { $time } ({ $zone })
date-month = { $year }년 { $month }월
date-year = { $year }년
date-range = { $first } – { $last }
date-by = { $date }까지
date-from = { $date } 이후
date-months = 1 2 3 4 5 6 7 8 9 10 11 12

## How a date was read.

how-stated = 본문에 명시
how-relative = 본문에서 계산
how-vague = 대략

## The parts of an alert.

alert-comma = ,{ " " }
alert-anyone = 모두
alert-reopened = 재개방
alert-now = 현재
alert-since = { $date }부터
alert-undated = 날짜 언급 없음
alert-disputed = { $outlet }: { $date }
alert-planned = { $date } 예정
alert-independent = 독립 출처 { $count }곳
alert-articles = 기사 { $count }건
alert-coverage = 보도
alert-more = 외 { $count }건
alert-edited = 수정됨
alert-reply = 이전 메시지에 대한 답장

## Many events in one message.

bundle-daily = 일간 요약
bundle-weekly = 주간 요약
bundle-quiet = 방해 금지 시간에 들어온 소식
bundle-since = { $date }부터
bundle-part = { $part }부
bundle-new = 신규 { $count }건
bundle-changes = 변화 { $count }건
bundle-languages = { $count }개 언어

## To the owner of a chat that does not let us in.

owner-paused = 채팅 { $place }에 더 이상 글을 올릴 수 없어 일시 중지했습니다:
owner-topic = { $chat } (주제 { $topic })
owner-kept = 알림 { $count }건을 { $days }일 동안 보관합니다. 다시 허용한 뒤 그곳에서 /start를 보내 주세요.

## Settings of a chat.

bot-settings = 이 채팅의 설정
bot-settings-how = 글로도 쓸 수 있습니다: /settings language ko · zone Asia/Seoul · quiet 22:00-07:00 · digest daily 09:00 · stage live · sources 2 · pause · resume · undo
language-own = 한국어
settings-language = 언어
settings-language-how = 여기에서 쓸 언어를 골라 주세요: { $known }
settings-zone = 시간대
settings-zone-how = 방해 금지 시간과 모아 보기는 이 시간대를 따릅니다. 다른 시간대는 글로 쓰세요: /settings zone Europe/Paris
settings-zone-unknown = “{ $name }”(이)라는 시간대는 없습니다. 예: /settings zone Asia/Seoul
settings-quiet = 방해 금지 시간
settings-quiet-how = 이 시간에는 아무것도 보내지 않고, 끝나면 모아서 한 번에 보냅니다. 글로는: /settings quiet 22:30-06:30, 끄려면 /settings quiet off
settings-none = 없음
settings-when = 알림 시점
settings-now = 바로
settings-daily = 매일 { $at }
settings-weekly = 매주 { $day }

## The first three taps.

start-language = 1/3 · 어떤 언어로 알려 드릴까요?
start-what = 2/3 · 무엇에 대해 알려 드릴까요? 나중에 언제든 추가할 수 있습니다: /follow
start-platforms = 플랫폼 선택
start-pick = 관심 있는 플랫폼을 고른 뒤 계속하세요. 다른 플랫폼은 글로 쓰세요: /follow taobao
start-none-picked = 아직 고른 플랫폼이 없습니다.
start-when = 3/3 · 알림을 언제 보낼까요?
start-done = 이 채팅의 팔로우:
start-sample = 알림은 이렇게 보입니다:
button-next = 계속
button-return = 뒤로
button-to-group = 그룹에 추가
button-to-channel = 채널에 추가
button-all = 모든 단계
button-forget = 모두 잊기
forget-what = 이 채팅에 대해 보관하는 것: 채팅 번호, 팔로우, 설정, 보낸 알림, 오류 신고. 모두 잊을까요? 글로는: { $sure }
forget-done = 이 채팅에 대해 보관하던 것을 모두 지웠습니다. /start로 새로 시작할 수 있습니다.
forget-nothing = 이 채팅에 대해 보관하는 것이 없습니다.

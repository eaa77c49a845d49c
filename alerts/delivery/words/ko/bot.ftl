## What the bot says.

bot-start =
    interopwatch는 한 플랫폼이 다른 플랫폼에 결제, 링크, 메시지, 로그인 등을 개방하면 알려 드립니다.
    개방마다 한 번, 단계가 바뀔 때마다 한 번 더 알립니다.
bot-place = 여기에서 알림을 받으려면 /follow를 쓰세요. 또는 운영자가 이 채팅을 설정(telegram.chats)에 추가합니다:
bot-help = 단어를 쓰면 검색하고, 링크를 보내면 어떤 이벤트인지 알려 드립니다.
bot-operators = /status는 이 봇의 운영자만 쓸 수 있습니다.
bot-unknown = 알 수 없는 명령입니다. /help에서 할 수 있는 일을 볼 수 있습니다.
bot-slow = 요청이 너무 많습니다. 1분 뒤에 다시 답하겠습니다.
bot-resumed = 이 채팅에 다시 알림을 보냅니다.
bot-status = 대기: { $waiting } · 전송됨: { $sent } · 실패: { $failed } · 일시 중지된 채팅: { $paused }
status-oldest = 가장 오래된 것은 { $minutes }분 전부터 기다리고 있습니다.
status-silent = 응답 없음: { $loops }
status-failed = 최근에 실패한 것:
status-sources = 문제가 있는 출처: { $count }
status-how = /status 또는 실패한 알림을 다시 보내는 /status retry 12라고 쓰세요.
status-no-failed = 실패한 알림 { $number }이(가) 없습니다.
bot-configuration = 설정이 반영되지 않았습니다. 마지막으로 올바른 설정으로 동작합니다: { $problem }

## What people ask for.

bot-latest = 최근 소식
bot-latest-how = 1부터 { $most }까지의 숫자를 써 주세요. 단계도 붙일 수 있습니다. 예: /latest 3 live
bot-nothing-yet = 아직 발견된 것이 없습니다.
bot-event-how = 이벤트 번호를 써 주세요. 예: /event E17
bot-no-event = 이벤트 { $id }은(는) 없습니다. /latest에서 최신 이벤트를 볼 수 있습니다.
bot-no-platform = “{ $name }”(이)라는 플랫폼은 없습니다.
bot-did-you-mean = 혹시 이것을 찾으셨나요? { $names }
bot-no-capability = “{ $name }”(이)라는 개방 종류는 없습니다. 쓸 수 있는 것: { $known }
bot-nothing-known = { $name }에 대해서는 아직 알려진 것이 없습니다.
bot-timeline-how = 플랫폼을 하나 또는 둘 써 주세요. 예: /timeline taobao wechat pay
bot-matrix = 누가 누구에게 무엇을 개방했는가
bot-search-how = 단어를 { $words }개까지({ $characters }자 이내) 써 주세요. 예: /search taobao "미니 프로그램" -jd
bot-found-nothing = “{ $words }”에 대한 결과가 없습니다. 단어를 줄이거나 다른 이름을 써 보세요.
bot-link-unknown = 모르는 페이지입니다. 제가 읽지 않는 매체이거나 너무 새 글일 수 있습니다.
bot-link-nothing = “{ $title }”을(를) 읽었지만 개방 소식은 없었습니다.
bot-link-several = 이 페이지에는 이벤트가 { $count }건 있습니다

## What a chat follows.

bot-follow-how = 플랫폼, 개방 방향, 개방 종류 또는 all을 쓰고, 조건을 덧붙일 수 있습니다. 예: /follow taobao · /follow taobao > wechat pay · /follow 결제 · /follow all 단계:live 출처:2 언어:일본어
bot-follow-all = 전체
bot-follow-unknown = 이 채팅에는 번호 { $number }인 팔로우가 없습니다. /following에서 목록을 볼 수 있습니다.
bot-follow-configured = 이 항목은 설정(telegram.chats)에서 온 것입니다. 운영자가 그곳에서 바꿀 수 있습니다.
bot-follow-too-many = 한 채팅에서 { $most }개까지 팔로우할 수 있습니다. 먼저 일부를 삭제해 주세요: /following
bot-follows = 이 채팅의 팔로우
bot-follows-nothing = 이 채팅은 아직 아무것도 팔로우하지 않습니다. /follow로 시작하세요
bot-following-how = /following pause 1 (일시 중지) · /following resume 1 (재개) · /following remove 1 (삭제) · /following undo (되돌리기) – 목록의 번호를 쓰세요
bot-undo-nothing = 되돌릴 변경이 없습니다.
bot-digest-how = 알림을 받을 방식을 써 주세요. 예: /digest off (즉시) · /digest daily 09:00 (매일) · /digest weekly 금요일 09:00 (매주)
bot-only-admins = 이 그룹의 관리자만 여기에 올리는 내용을 바꿀 수 있습니다.
bot-cannot-check = 지금은 관리자인지 Telegram에 확인할 수 없습니다. 아무것도 바꾸지 않았습니다. 다시 시도해 주세요.
rhythm-immediate = 알림을 바로 보냅니다.
rhythm-daily = 알림을 모아 매일 { $at }에 보냅니다 ({ $zone }).
rhythm-weekly = 알림을 모아 매주 { $day } { $at }에 보냅니다 ({ $zone }).

## What stands in pictures.

picture-planned = 예정
picture-disputed = 엇갈림
picture-nothing = 알려진 것 없음

## The menu of commands.

command-start = 이 봇에 대한 소개, 세 번 눌러 알림 시작
command-follow = 여기에서 알림 받기 (/follow taobao)
command-following = 이 채팅의 팔로우: 일시 중지, 삭제, 되돌리기
command-digest = 알림을 즉시, 매일 또는 매주
command-settings = 언어, 시간대, 방해 금지 시간, 일시 중지
command-latest = 최근 이벤트 (/latest 10)
command-search = 단어로 이벤트와 기사 검색
command-event = 번호로 이벤트 보기 (/event E17)
command-timeline = 플랫폼 하나 또는 둘의 연대기
command-matrix = 누가 누구에게 무엇을 개방했는가
command-help = 할 수 있는 일
command-status = 작동 상태 (운영자 전용)

-- What the client has already is not sent again.
-- (The request's own header is out of reach here: a filter behind the transcoder has noted it.)

-- Weak comparison: W/"a" and "a" are the same here.
local function has(known, tag)
  if known == "*" then return true end
  for one in known:gmatch('"[^"]*"') do
    if one == tag then return true end
  end
  return false
end

function envoy_on_response(handle)
  local noted = handle:streamInfo():dynamicMetadata():get("shopverse.conditional")
  local headers = handle:headers()
  local tag = headers:get("etag")
  if noted == nil or tag == nil or headers:get(":status") ~= "200" or not has(noted["known"], tag) then return end
  -- gRPC has no such answer.
  if (headers:get("content-type") or ""):sub(1, 16) == "application/grpc" then return end
  -- With the body there, or it would follow the headers that said there is none.
  local body = handle:body(true)
  if body ~= nil then body:setBytes("") end
  -- Waiting for the body has ended the life of what was got before.
  headers = handle:headers()
  headers:replace(":status", "304")
  headers:remove("content-length")
  headers:remove("content-type")
end

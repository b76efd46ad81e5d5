-- Farther from the service than the transcoder: makes one line of each message of a JSON array, and the stream's error its last line.

local alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"

local function unbase64(text)
  local bits, count, bytes = 0, 0, {}
  for char in text:gmatch("[%w+/]") do
    bits, count = bits * 64 + alphabet:find(char, 1, true) - 1, count + 6
    if count >= 8 then
      count = count - 8
      bytes[#bytes + 1] = string.char(math.floor(bits / 2 ^ count))
      bits = bits % 2 ^ count
    end
  end
  return table.concat(bytes)
end

-- Calls found(number, bytes) for each length-delimited field of a Protobuf message; stops at what is none.
local function fields(message, found)
  local at = 1
  local function varint()
    local value, scale = 0, 1
    while at <= #message do
      local byte = message:byte(at)
      at = at + 1
      value, scale = value + byte % 128 * scale, scale * 128
      if byte < 128 then return value end
    end
    return 0
  end
  while at <= #message do
    local tag = varint()
    if tag % 8 == 0 then
      varint()
    elseif tag % 8 == 2 then
      local length = varint()
      found(math.floor(tag / 8), message:sub(at, at + length - 1))
      at = at + length
    else
      return
    end
  end
end

local function quoted(text)
  return '"' .. text:gsub('[%c"\\\127]', function(char) return string.format("\\u%04x", char:byte()) end) .. '"'
end

-- google.rpc.ErrorInfo as JSON: reason, domain, metadata.
local function errorInfo(bytes)
  local reason, domain, metadata = "", "", {}
  fields(bytes, function(number, value)
    if number == 1 then reason = value end
    if number == 2 then domain = value end
    if number == 3 then
      local entry = { "", "" }
      fields(value, function(part, text) entry[part] = text end)
      metadata[#metadata + 1] = quoted(entry[1]) .. ":" .. quoted(entry[2])
    end
  end)
  return string.format(
    '{"@type":"type.googleapis.com/google.rpc.ErrorInfo","reason":%s,"domain":%s,"metadata":{%s}}',
    quoted(reason), quoted(domain), table.concat(metadata, ",")
  )
end

-- The ErrorInfo among the details of a google.rpc.Status.
local function details(header)
  local found = {}
  fields(unbase64(header), function(number, any)
    if number ~= 3 then return end
    local kind, value = "", ""
    fields(any, function(part, bytes)
      if part == 1 then kind = bytes elseif part == 2 then value = bytes end
    end)
    if kind:match("/google%.rpc%.ErrorInfo$") then found[#found + 1] = errorInfo(value) end
  end)
  return table.concat(found, ",")
end

local function errorLine(handle)
  local status = handle:streamInfo():dynamicMetadata():get("shopverse.stream")
  if status == nil or status["grpc-status"] == nil or status["grpc-status"] == "0" then return "" end
  local message = (status["grpc-message"] or ""):gsub("%%(%x%x)", function(hex) return string.char(tonumber(hex, 16)) end)
  return string.format(
    '{"error":{"code":%d,"message":%s,"details":[%s]}}\n',
    tonumber(status["grpc-status"]) or 2, quoted(message), details(status["grpc-status-details-bin"] or "")
  )
end

function envoy_on_response(handle)
  local headers = handle:headers()
  if headers:get(":status") ~= "200" or headers:get("content-type") ~= "application/json" then return end
  headers:replace("content-type", "application/x-ndjson")
  -- How deep in brackets the text is (the array itself is 1), whether within a string, and whether its next character is escaped.
  local depth, within, escaped = 0, false, false
  for chunk in handle:bodyChunks() do
    local text = chunk:getBytes(0, chunk:length())
    local out, from, at = {}, 1, 1
    local function replace(place, with)
      out[#out + 1] = text:sub(from, place - 1) .. with
      from = place + 1
    end
    while at <= #text do
      if escaped then
        escaped, at = false, at + 1
      else
        local place = text:find(within and '["\\]' or '[%[%]{}",]', at)
        if place == nil then break end
        local char = text:sub(place, place)
        at = place + 1
        if char == "\\" then
          escaped = true
        elseif char == '"' then
          within = not within
        elseif char == "," then
          if depth == 1 then replace(place, "") end
        elseif char == "[" or char == "{" then
          if depth == 0 and char == "[" then replace(place, "") end
          depth = depth + 1
        else
          depth = depth - 1
          if depth == 1 then replace(place, char .. "\n") end
          if depth == 0 and char == "]" then replace(place, errorLine(handle)) end
        end
      end
    end
    out[#out + 1] = text:sub(from)
    chunk:setBytes(table.concat(out))
  end
end
